using System.Net;
using StockPipeline.Broker.Wire;

namespace StockPipeline.Broker.Protocol;

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
