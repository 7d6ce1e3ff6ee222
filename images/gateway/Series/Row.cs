namespace StockPipeline.Gateway.Series;

/// <summary>One row as it came from a topic.</summary>
/// <param name="Time">Open of the candle, in milliseconds since the epoch.</param>
/// <param name="Position">Where the log of the partition said so; grows with every change.</param>
/// <param name="Written">When the record was written, in milliseconds since the epoch.</param>
/// <param name="Count">The revision of a candle, the epoch of a value.</param>
/// <param name="Final">The candle is over.</param>
internal readonly record struct Row(long Time, long Position, long Written, long Count, bool Final)
{
    /// <summary>Odd, so that an announcement fits in before the record it announces.</summary>
    public static long PositionOf(long offset) => (2 * offset) + 1;
}
