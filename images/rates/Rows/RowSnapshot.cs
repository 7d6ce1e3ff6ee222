using StockPipeline.Contracts.Rates;
using StockPipeline.Rates.Rows;

namespace StockPipeline.RatesService.Rows;

/// <summary>The rows as they were at one moment.</summary>
/// <param name="Rows">As they stand in the table.</param>
/// <param name="Reading">What became of them.</param>
/// <param name="Judged">The rows, each with what is wrong with it.</param>
internal sealed record RowSnapshot(IReadOnlyList<TradeInfo> Rows, RowReading Reading, IReadOnlyList<TradeInfo> Judged)
{
    public static readonly RowSnapshot Unread = new([], new RowReading([], []), []);

    public bool IsRead => !ReferenceEquals(this, Unread);

    /// <summary>What is asked of each source.</summary>
    public Dictionary<LinkName, IReadOnlyList<SourceRow>> Links => Reading.Accepted.GroupBy(row => row.Link)
        .ToDictionary(rows => rows.Key, rows => (IReadOnlyList<SourceRow>)[.. rows]);
}
