namespace StockPipeline.Streaming.Producing;

/// <summary>The limits of a producer.</summary>
public sealed record ProducerOptions
{
    public static readonly ProducerOptions Default = new();

    /// <summary>
    /// Records on their way to the brokers; whoever brings one more waits until a quarter of them has arrived. Each is some 300 bytes of the native
    /// client's, and no object of ours.
    /// </summary>
    public int MaxInFlight { get; init; } = 10_000;

    /// <summary>Memory for records on their way; whoever brings more waits for room.</summary>
    public int MaxInFlightKilobytes { get; init; } = 32 * 1024;

    /// <summary>How long a record waits for company. Not at all: under load batches fill by themselves while the one before is on its way.</summary>
    public TimeSpan Linger { get; init; } = TimeSpan.Zero;

    /// <summary>
    /// After this an unacknowledged record is a failure; null tries for as long as it takes: an outage then slows the callers and loses nothing.
    /// </summary>
    public TimeSpan? DeliveryTimeout { get; init; }

    /// <summary>How long stopping waits for what is on its way.</summary>
    public TimeSpan StopTimeout { get; init; } = TimeSpan.FromSeconds(3);
}
