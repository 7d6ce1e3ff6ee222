using StockPipeline.Contracts.Rates;
using StockPipeline.Rates.Sources;

namespace StockPipeline.Rates.Rows;

/// <summary>
/// Makes sources of the rows of trade_info. A row that cannot be right is refused with one sentence and harms no other. Pure.
/// </summary>
public static class RowReader
{
    /// <summary>Pairs one row may name.</summary>
    public const int MostPairs = 1_000;

    /// <summary>A price cannot be believed for longer.</summary>
    public const long LongestMaxAgeMs = 7L * 24 * 60 * 60 * 1000;

    /// <param name="rows">All of the table.</param>
    /// <param name="modules">The modules there are.</param>
    public static RowReading Read(IEnumerable<TradeInfo> rows, ModuleCatalog modules)
    {
        var (accepted, refused) = (new List<SourceRow>(), new List<RefusedRow>());
        var owners = new Dictionary<RateKey, long>();
        foreach (var row in rows.Where(row => row.Enabled).OrderBy(row => row.Id))
        {
            var problem = TryRead(row, modules, out var source) ?? Taken(source!, owners);
            if (problem is not null)
            {
                refused.Add(new RefusedRow(row.Id, problem));
                continue;
            }
            foreach (var feed in source!.Feeds)
                owners[feed.Key] = row.Id;
            accepted.Add(source);
        }
        return new RowReading(accepted, refused);
    }

    private static string? TryRead(TradeInfo row, ModuleCatalog modules, out SourceRow? source)
    {
        source = null;
        if (modules.Find(row.TaskType) is not { } module)
            return $"task_type '{row.TaskType}' is not known; allowed: {modules.Allowed}";
        if (!RateKey.IsSource(row.WrapperType))
            return $"wrapper_type '{row.WrapperType}' is no name: 1 to {RateKey.LongestSource} lower-case letters, digits, '-', '_' or '.'";
        if (row.WrapperType == CrossRate.Source)
            return $"wrapper_type '{CrossRate.Source}' is no source: so rates are called that are made of others";
        if (row.MaxAgeMs is < 1 or > LongestMaxAgeMs)
            return $"max_age_ms {row.MaxAgeMs} is not between 1 and {LongestMaxAgeMs}";
        if (!Uri.TryCreate(row.Url, UriKind.Absolute, out var url) || !module.Schemes.Contains(url.Scheme))
            return $"url '{row.Url}' is none that begins with {string.Join(" or ", module.Schemes.Select(scheme => scheme + "://"))}";
        if (ReadPairs(row.CurrencyPair) is not { } pairs)
            return $"currency_pair '{row.CurrencyPair}' is not understood: bases joined by commas, '-', quotes joined by commas";
        if (pairs.Count > MostPairs)
            return $"currency_pair names {pairs.Count} pairs, more than {MostPairs}";
        if (pairs.Distinct().Count() != pairs.Count)
            return $"currency_pair '{row.CurrencyPair}' names a pair twice";
        var asked = new List<AskedFeed>();
        if (module.Read(url, pairs, asked) is { } problem)
            return problem;
        var maxAge = row.MaxAgeMs is { } ms ? TimeSpan.FromMilliseconds(ms) : module.UsualMaxAge;
        source = new SourceRow(row.Id, module.Name, url, [.. asked.Select(one =>
            new Feed(row.Id, one.Name, one.Symbol, new RateKey(one.Published, row.WrapperType), one.Asked, maxAge, row.Priority))]);
        return null;
    }

    private static string? Taken(SourceRow source, Dictionary<RateKey, long> owners)
    {
        var keys = new HashSet<RateKey>();
        foreach (var feed in source.Feeds)
        {
            if (!keys.Add(feed.Key))
                return $"{feed.Key} would come from two of its own streams";
            if (owners.TryGetValue(feed.Key, out var other))
                return $"{feed.Key} comes from row {other} already: give one of them another wrapper_type";
        }
        return null;
    }

    /// <summary>Each base with each quote; null where a name is none.</summary>
    private static List<RatePair>? ReadPairs(string text)
    {
        var cut = text.LastIndexOf('-');
        if (cut <= 0)
            return null;
        var pairs = new List<RatePair>();
        foreach (var one in text[..cut].Split(','))
        {
            foreach (var quote in text[(cut + 1)..].Split(','))
            {
                if (!RatePair.IsBase(one.Trim()) || !RatePair.IsQuote(quote.Trim()) || pairs.Count > MostPairs)
                    return pairs.Count > MostPairs ? pairs : null;
                pairs.Add(new RatePair(one.Trim(), quote.Trim()));
            }
        }
        return pairs;
    }
}
