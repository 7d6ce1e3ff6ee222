using StockPipeline.Broker.Protocol;
using StockPipeline.Broker.Wire;

namespace StockPipeline.Broker.Apis;

/// <summary>What this broker serves. No features are announced: clients then stay on classic groups and older transactions.</summary>
internal sealed class ApiVersionsApi(ApiRegistry registry) : IApi
{
    private static readonly ApiRange OwnRange = new(ApiKey.ApiVersions, 0, 4, FlexibleFrom: 3);

    public ApiRange Range => OwnRange;

    public ValueTask AnswerAsync(ApiRequest request, WireWriter answer, CancellationToken cancel)
    {
        var error = ErrorCode.None;
        if (request.Version >= 3)
        {
            var reader = request.Reader();
            var name = reader.ReadString();
            var version = reader.ReadString();
            reader.SkipTags();
            if (!IsSoftwareName(name) || !IsSoftwareName(version))
                error = ErrorCode.InvalidRequest;
        }

        Write(answer, error, error == ErrorCode.None ? registry.Ranges : []);
        if (request.Version >= 1)
            answer.WriteThrottleTime();
        answer.WriteTags();
        return ValueTask.CompletedTask;
    }

    /// <summary>The answer to a version nobody here knows: in the oldest format, with the one entry the client needs to try again.</summary>
    public static void WriteUnsupportedVersion(WireWriter answer) => Write(answer, ErrorCode.UnsupportedVersion, [OwnRange]);

    private static void Write(WireWriter answer, ErrorCode error, IReadOnlyList<ApiRange> ranges)
    {
        answer.WriteError(error);
        answer.WriteArrayLength(ranges.Count);
        foreach (var range in ranges)
        {
            answer.WriteInt16((short)range.Key);
            answer.WriteInt16(range.Min);
            answer.WriteInt16(range.Max);
            answer.WriteTags();
        }
    }

    private static bool IsSoftwareName(string text) =>
        text.Length > 0 && char.IsAsciiLetterOrDigit(text[0]) && char.IsAsciiLetterOrDigit(text[^1])
        && text.All(character => char.IsAsciiLetterOrDigit(character) || character is '.' or '-');
}
