using System.Net;
using StockPipeline.Broker.Apis;
using StockPipeline.Broker.Wire;

namespace StockPipeline.Broker.Protocol;

/// <summary>Takes one request off the wire to its API and puts the header and the length in front of the answer.</summary>
internal sealed class RequestDispatcher(ApiRegistry registry)
{
    private const int LengthPrefix = sizeof(int);

    /// <summary>
    /// The whole answer frame, to be disposed by the caller, or null when the request has none.
    /// As in Apache Kafka, an unknown key or version is answered by closing the connection, except for ApiVersions itself.
    /// </summary>
    public async ValueTask<WireWriter?> AnswerAsync(Memory<byte> frame, IPAddress? client, CancellationToken cancellationToken)
    {
        var request = Decode(frame, client, out var api);
        var unsupported = !request.Api.Holds(request.Version);
        var answer = new WireWriter(request.Flexible && !unsupported, request.Version);
        try
        {
            answer.WriteInt32(0);
            answer.WriteInt32(request.CorrelationId);
            if (unsupported)
            {
                ApiVersionsApi.WriteUnsupportedVersion(answer);
            }
            else
            {
                // Clients read the answer to ApiVersions before they know what the broker speaks, so its header never has tags.
                if (request.Api.Key != ApiKey.ApiVersions)
                    answer.WriteTags();
                await api.AnswerAsync(request, answer, cancellationToken);
                answer.WriteTags();
            }
            answer.PatchInt32(0, answer.Length - LengthPrefix);
            if (!request.WantsNoAnswer)
                return answer;
        }
        catch
        {
            answer.Dispose();
            throw;
        }
        answer.Dispose();
        return null;
    }

    private ApiRequest Decode(Memory<byte> frame, IPAddress? client, out IApi api)
    {
        var header = new WireReader(frame.Span, flexible: true);
        var key = (ApiKey)header.ReadInt16();
        var version = header.ReadInt16();
        var correlationId = header.ReadInt32();
        api = registry.Find(key) ?? throw new MalformedRequestException($"Nothing here serves api key {(short)key}.");
        var range = api.Range;
        string? clientId = null;
        if (range.Holds(version))
        {
            clientId = header.ReadClassicNullableString();
            if (range.IsFlexible(version))
                header.SkipTags();
        }
        else if (key != ApiKey.ApiVersions)
        {
            throw new MalformedRequestException($"{key} version {version} is not served, only {range.Min} to {range.Max}.");
        }
        return new ApiRequest
        {
            Api = range, Version = version, CorrelationId = correlationId, ClientId = clientId, ClientAddress = client,
            Body = frame[header.Position..],
        };
    }
}
