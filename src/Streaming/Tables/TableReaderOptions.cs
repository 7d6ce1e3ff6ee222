namespace StockPipeline.Streaming.Tables;

/// <summary>The limits and rhythms of a table reader.</summary>
public sealed record TableReaderOptions
{
    public static readonly TableReaderOptions Default = new();

    /// <summary>Records handed over at once at most.</summary>
    public int MaxBatch { get; init; } = 1_000;

    /// <summary>How often <see cref="ITableHandler.OnTickAsync"/> is called.</summary>
    public TimeSpan TickInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How often it is checked that the topics are still the same ones and not newly created under the old name.</summary>
    public TimeSpan IdentityInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How often it is checked that nobody else writes to the partitions that are ours.</summary>
    public TimeSpan OwnershipInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long the group waits for a member that has fallen silent.</summary>
    public TimeSpan SessionTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long after the stop a handler may still wait for brokers: for what the next owner of its partitions is to see.</summary>
    public TimeSpan HandlerTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// How long stopping waits for the batch being handled, and for leaving the group, for which the client takes five seconds in an outage.
    /// </summary>
    public TimeSpan StopTimeout { get; init; } = TimeSpan.FromSeconds(7.5);
}
