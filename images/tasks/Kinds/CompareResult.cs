namespace StockPipeline.TaskWorkers.Kinds;

/// <summary>How well our values and somebody else's agree; differences are shares of the scale: the price, or a hundred.</summary>
/// <param name="Figi">The instrument.</param>
/// <param name="Ticker">The same.</param>
/// <param name="Interval">Of the candles.</param>
/// <param name="Indicator">With its parameters.</param>
/// <param name="Source">Who is compared with.</param>
/// <param name="From">Where the range begins.</param>
/// <param name="To">Where it ends.</param>
/// <param name="Compared">Numbers that both have.</param>
/// <param name="OnlyOurs">Times that we alone have.</param>
/// <param name="OnlyTheirs">Times that the other alone has.</param>
/// <param name="Agreement">Percent of the numbers that differ by less than a ten-thousandth of the scale.</param>
/// <param name="GreatestDifference">Of all.</param>
/// <param name="MeanDifference">Of all.</param>
/// <param name="Rows">Those that differ most.</param>
internal sealed record CompareResult(
    string Figi, string Ticker, string Interval, string Indicator, string Source, DateTimeOffset From, DateTimeOffset To, int Compared, int OnlyOurs,
    int OnlyTheirs, double? Agreement, double GreatestDifference, double MeanDifference, IReadOnlyList<CompareResult.Difference> Rows)
{
    internal sealed record Difference(DateTimeOffset Time, string Line, double Ours, double Theirs, double Share);
}
