using StockPipeline.Contracts.Records;

namespace StockPipeline.Config.Tickers;

/// <summary>Which instruments the two lists mean, out of all there are; and a sentence for each line that means none.</summary>
public sealed record Selection(IReadOnlyList<Instrument> Instruments, IReadOnlyList<string> Warnings)
{
    private const string Roubles = "rub";

    /// <summary>
    /// The black list wins. An empty list of needs means every share of the usual board in roubles. A line that could not be understood is no
    /// need either, so a list of nothing but such lines means nothing, and not everything.
    /// </summary>
    public static Selection Of(IReadOnlyCollection<Instrument> shares, TickerList need, TickerList notNeed)
    {
        var warnings = new List<string>();
        var wanted = need.Entries.Count + need.Problems.Count == 0
            ? shares.Where(share => share.ClassCode == TickerList.UsualClassCode && share.Currency.Equals(Roubles,
                StringComparison.OrdinalIgnoreCase))
            : need.Entries.SelectMany(entry => Find(shares, entry, warnings));
        var instruments = wanted
            .Where(share => !notNeed.Entries.Any(entry => Excludes(entry, share)))
            .DistinctBy(share => share.Figi).OrderBy(share => share.Ticker, StringComparer.Ordinal).ToList();
        return new Selection(instruments, warnings);
    }

    private static List<Instrument> Find(IReadOnlyCollection<Instrument> shares, TickerEntry entry, List<string> warnings)
    {
        var found = shares.Where(share => entry.Means(share.Ticker, share.ClassCode)).ToList();
        if (found.Count == 0)
            warnings.Add($"line {entry.Line}: there is no share {entry} to be had through the API");
        return found;
    }

    /// <summary>A line without a board excludes the ticker on every board.</summary>
    private static bool Excludes(TickerEntry entry, Instrument share) => entry.ClassCode is null
        ? entry.Ticker.Equals(share.Ticker, StringComparison.OrdinalIgnoreCase)
        : entry.Means(share.Ticker, share.ClassCode);
}
