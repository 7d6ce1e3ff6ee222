namespace StockPipeline.Broker.Connections;

/// <summary>What clients may take from the broker. One past a limit ends the connection that asked for it, never another one.</summary>
public sealed record ConnectionLimits
{
    /// <summary>Connections open at once; one more is closed as soon as it is accepted.</summary>
    public int MaxConnections { get; init; } = 4000;

    /// <summary>Bytes of one request, Kafka's socket.request.max.bytes.</summary>
    public int MaxFrameBytes { get; init; } = 104_857_600;

    /// <summary>Bytes of all requests in memory at once; a larger request waits for its turn.</summary>
    public long MaxFrameBytesTogether { get; init; } = 268_435_456;

    /// <summary>A connection without a request is closed after this long, Kafka's connections.max.idle.ms.</summary>
    public TimeSpan Idle { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>A request that has begun must be there within this time.</summary>
    public TimeSpan Receive { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>A client that takes nothing of its answer for this long is gone.</summary>
    public TimeSpan Send { get; init; } = TimeSpan.FromMinutes(1);
}
