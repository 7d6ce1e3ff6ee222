namespace StockPipeline.SchemaRegistry.Codecs;

/// <summary>Limits of a codec.</summary>
public sealed record CodecOptions
{
    public static readonly CodecOptions Default = new();

    /// <summary>How long reading a record may wait for its writer's schema; then the outage reaches the caller.</summary>
    public TimeSpan SchemaTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Writers' schemas remembered; one past it, all are forgotten and asked for anew.</summary>
    public int MaxWriters { get; init; } = 256;

    /// <summary>How long an id without a readable schema is believed to have none.</summary>
    public TimeSpan UnreadableFor { get; init; } = TimeSpan.FromSeconds(30);
}
