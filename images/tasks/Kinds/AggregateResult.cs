namespace StockPipeline.TaskWorkers.Kinds;

/// <summary>The result of an aggregation; the fields of a bucket are called what the original called them.</summary>
internal sealed record AggregateResult(string Figi, string Ticker, string Window, string Interval, IReadOnlyList<AggregateResult.Bucket> Buckets)
{
    /// <param name="IntervalStart">Where the bucket begins.</param>
    /// <param name="OpeningPrice">Of its first candle.</param>
    /// <param name="MaxHighestPrice">Of all.</param>
    /// <param name="MinLowestPrice">Of all.</param>
    /// <param name="ClosingPrice">Of its last candle.</param>
    /// <param name="TotalVolume">Of all.</param>
    /// <param name="TotalTrades">Null where the source does not count trades.</param>
    /// <param name="Final">Whether all of it has closed.</param>
    internal sealed record Bucket(
        DateTimeOffset IntervalStart, decimal OpeningPrice, decimal MaxHighestPrice, decimal MinLowestPrice, decimal ClosingPrice, long TotalVolume,
        long? TotalTrades, bool Final);
}
