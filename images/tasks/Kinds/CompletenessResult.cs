namespace StockPipeline.TaskWorkers.Kinds;

/// <summary>How complete the candles are.</summary>
internal sealed record CompletenessResult(
    string Interval, DateTimeOffset From, DateTimeOffset To, decimal Percent, IReadOnlyList<CompletenessResult.Row> Rows)
{
    /// <param name="Figi">The instrument.</param>
    /// <param name="Ticker">The same.</param>
    /// <param name="Expected">Slots of its calendar.</param>
    /// <param name="Present">Of them with a closed candle.</param>
    /// <param name="ProvenEmpty">Without one, and the source has said that nobody traded.</param>
    /// <param name="Lost">Without one, and the source has said that it cannot say.</param>
    /// <param name="Open">Without one, and nobody knows yet.</param>
    /// <param name="Percent">Of the slots of which all is known.</param>
    /// <param name="OldestOpen">The first slot of which nothing is known.</param>
    internal sealed record Row(
        string Figi, string Ticker, long Expected, long Present, long ProvenEmpty, long Lost, long Open, decimal Percent, DateTimeOffset? OldestOpen);
}
