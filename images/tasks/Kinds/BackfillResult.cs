namespace StockPipeline.TaskWorkers.Kinds;

/// <summary>What came of asking history for a range.</summary>
/// <param name="Figi">The instrument.</param>
/// <param name="Ticker">The same.</param>
/// <param name="Interval">Of the candles.</param>
/// <param name="From">Where the range begins.</param>
/// <param name="To">Up to where it was answered; what had not closed by then was not.</param>
/// <param name="Stretches">Into how many it was cut.</param>
/// <param name="Filled">Of them with candles.</param>
/// <param name="Empty">Of them without any: nobody traded.</param>
/// <param name="Lost">Of them that the source refuses for good.</param>
internal sealed record BackfillResult(
    string Figi, string Ticker, string Interval, DateTimeOffset From, DateTimeOffset To, int Stretches, int Filled, int Empty, int Lost);
