using StockPipeline.Broker.Protocol;
using StockPipeline.Broker.Wire;

namespace StockPipeline.Broker.Apis;

/// <summary>What this broker serves. No features are announced: clients then stay on classic groups and older transactions.</summary>
internal sealed class ApiVersionsApi(ApiRegistry registry) : IPromptApi
{
    private static readonly ApiRange OwnRange = new(ApiKey.ApiVersions, 0, 4, FlexibleFrom: 3);

    public ApiRange Range => OwnRange;

    public void Answer(WireReader request, WireWriter answer)
    {
        var isValid = true;
        if (request.Since(3))
        {
            var (name, version) = (request.ReadString(), request.ReadString());
            request.SkipTags();
            isValid = IsSoftwareName(name) && IsSoftwareName(version);
        }

        Write(answer, isValid ? ErrorCode.None : ErrorCode.InvalidRequest, isValid ? registry.Ranges : []);
        answer.Since(1)?.WriteThrottleTime();
    }

    /// <summary>The answer to a version nobody here knows: in the oldest format, with the one entry the client needs to try again.</summary>
    public static void WriteUnsupportedVersion(WireWriter answer) => Write(answer, ErrorCode.UnsupportedVersion, [OwnRange]);

    private static void Write(WireWriter answer, ErrorCode error, IReadOnlyList<ApiRange> ranges)
    {
        answer.WriteError(error);
        answer.WriteArray(ranges, range =>
        {
            answer.WriteInt16((short)range.Key);
            answer.WriteInt16(range.Min);
            answer.WriteInt16(range.Max);
        });
    }

    private static bool IsSoftwareName(string text) =>
        text.Length > 0 && char.IsAsciiLetterOrDigit(text[0]) && char.IsAsciiLetterOrDigit(text[^1])
        && text.All(character => char.IsAsciiLetterOrDigit(character) || character is '.' or '-');
}
