using System.Net;
using StockPipeline.Broker.Apis;
using StockPipeline.Broker.Wire;

namespace StockPipeline.Broker.Protocol;

/// <summary>The APIs of one broker. What is registered is what ApiVersions advertises: a version cannot be announced without its code.</summary>
internal sealed class ApiRegistry
{
    private readonly Dictionary<ApiKey, IApi> apis;

    public ApiRegistry(IEnumerable<IApi> served)
    {
        apis = served.Append(new ApiVersionsApi(this)).ToDictionary(api => api.Range.Key);
        Ranges = [.. apis.Values.Select(api => api.Range).OrderBy(range => range.Key)];
    }

    /// <summary>What is advertised, by key.</summary>
    public IReadOnlyList<ApiRange> Ranges { get; }

    public IApi? Find(ApiKey key) => apis.GetValueOrDefault(key);
}

/// <summary>
/// One API of the protocol: decodes its request, does the work and encodes the answer, for every version it advertises.
/// Called by many connections at once, by each for one request at a time.
/// </summary>
internal interface IApi
{
    ApiRange Range { get; }

    /// <summary>
    /// Writes the body of the answer: the header is there already, the tags at the end follow. What the request asks for wrongly is answered
    /// with an error code; <see cref="MalformedRequestException"/> closes the connection. <paramref name="cancellationToken"/> ends a wait when
    /// the client or the broker goes.
    /// </summary>
    ValueTask AnswerAsync(ApiRequest request, WireWriter answer, CancellationToken cancellationToken);
}

/// <summary>An API that never waits.</summary>
internal interface ISynchronousApi : IApi
{
    /// <summary>Reads the whole body of the request before anything is done, and writes that of the answer.</summary>
    void Answer(WireReader request, WireWriter answer);

    ValueTask IApi.AnswerAsync(ApiRequest request, WireWriter answer, CancellationToken cancellationToken)
    {
        Answer(request.Reader(), answer);
        return ValueTask.CompletedTask;
    }
}

/// <summary>The versions of one API that are advertised, and from which one on it uses the flexible encoding.</summary>
internal readonly record struct ApiRange(ApiKey Key, short Min, short Max, short FlexibleFrom = ApiRange.NeverFlexible)
{
    public const short NeverFlexible = short.MaxValue;

    public bool Holds(short version) => version >= Min && version <= Max;

    public bool IsFlexible(short version) => version >= FlexibleFrom;
}

/// <summary>A request as it came from one connection: its header, and its body in memory that is free again when the answer is written.</summary>
internal sealed class ApiRequest
{
    public required ApiRange Api { get; init; }

    public required short Version { get; init; }

    public int CorrelationId { get; init; }

    public string? ClientId { get; init; }

    /// <summary>Who sent it; null where there is no socket.</summary>
    public IPAddress? ClientAddress { get; init; }

    /// <summary>The body behind the header. Produce assigns offsets in place, hence writable.</summary>
    public required Memory<byte> Body { get; init; }

    public bool Flexible => Api.IsFlexible(Version);

    /// <summary>Set by a handler whose request has no answer at all (produce with acks 0).</summary>
    public bool WantsNoAnswer { get; set; }

    public WireReader Reader() => new(Body.Span, Flexible, Version);
}
