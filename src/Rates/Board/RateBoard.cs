using StockPipeline.Contracts.Rates;

namespace StockPipeline.Rates.Board;

/// <summary>
/// All rates there are, and the ways from one asset to another through them: as asked, the other way round, or over one third asset. A stale
/// price is never taken while a fresh one leads to the same. Pure; one thread at a time.
/// </summary>
public sealed class RateBoard
{
    /// <summary>Assets that nearly everything is priced in: what a way may lead over.</summary>
    private static readonly string[] Pivots = ["usd", "tether", "bitcoin"];

    private static readonly string[] DollarTokens = ["tether", "usd-coin", "first-digital-usd", "true-usd"];

    private readonly Dictionary<AssetPair, SortedList<string, Rate>> markets = [];

    /// <summary>All rates there are.</summary>
    public IEnumerable<Rate> Rates => markets.Values.SelectMany(sources => sources.Values);

    /// <summary>Takes the newest word on a rate.</summary>
    public void Put(Rate rate)
    {
        var market = AssetPair.Of(rate.Pair);
        if (!markets.TryGetValue(market, out var sources))
            markets.Add(market, sources = new SortedList<string, Rate>(StringComparer.Ordinal));
        sources[rate.Source] = rate;
    }

    public void Remove(RateKey key)
    {
        var market = AssetPair.Of(key.Pair);
        if (markets.TryGetValue(market, out var sources) && sources.Remove(key.Source) && sources.Count == 0)
            markets.Remove(market);
    }

    /// <summary>The prices of a pair, the best first, one for each source; none where no way leads there.</summary>
    public IReadOnlyList<Course> Courses(RatePair asked, DateTimeOffset now)
    {
        var market = AssetPair.Of(asked);
        if (market.Base == market.Quote)
            return [];
        var all = new List<Course>(Legs(market));
        foreach (var pivot in Pivots)
        {
            if (pivot != market.Base && pivot != market.Quote)
                AddCrosses(all, Legs(new AssetPair(market.Base, pivot)), Best(Legs(new AssetPair(pivot, market.Quote)), now));
        }
        if (market.Quote == "usd")
        {
            foreach (var token in DollarTokens.Where(token => token != market.Base))
                all.AddRange(Direct(new AssetPair(market.Base, token)).Select(course => course with { Rank = Course.Pegged }));
        }
        return [.. all.GroupBy(course => course.Exchanger, StringComparer.Ordinal).Select(courses => Best(courses, now)!)
            .Order(new ByWorth(now))];
    }

    /// <summary>The markets that the prices of a pair may be made of.</summary>
    public static IReadOnlySet<AssetPair> MarketsOf(RatePair asked)
    {
        var (market, all) = (AssetPair.Of(asked), new HashSet<AssetPair>());
        void Add(AssetPair one) => all.UnionWith([one, one.Turned]);
        Add(market);
        foreach (var pivot in Pivots)
        {
            Add(new AssetPair(market.Base, pivot));
            Add(new AssetPair(pivot, market.Quote));
        }
        if (market.Quote == "usd")
        {
            foreach (var token in DollarTokens)
                Add(new AssetPair(market.Base, token));
        }
        return all;
    }

    private static void AddCrosses(List<Course> all, IEnumerable<Course> first, Course? second)
    {
        if (second is null)
            return;
        foreach (var leg in first)
        {
            if (!RateDecimal.TryRound(leg.Value, out _) || !TryTimes(leg.Value, second.Value, out var value))
                continue;
            all.Add(new Course(
                leg.Exchanger, value!.Value, TryTimes(leg.Bid, second.Bid, out var bid) ? bid : null,
                TryTimes(leg.Ask, second.Ask, out var ask) ? ask : null,
                Earlier(leg.EventTime, second.EventTime), Earlier(leg.FreshUntil, second.FreshUntil),
                [.. leg.Path, .. second.Path], [.. leg.Sources, .. second.Sources], Rank: 2, Math.Max(leg.Priority, second.Priority)));
        }
    }

    private IEnumerable<Course> Legs(AssetPair market) => Direct(market).Concat(Turned(market));

    private IEnumerable<Course> Direct(AssetPair market) => !markets.TryGetValue(market, out var sources) ? [] : sources.Values.Select(rate =>
        new Course(rate.Source, rate.Price, rate.Bid, rate.Ask, rate.EventTime, rate.FreshUntil, [rate.Pair], [rate.Source], 0, rate.Priority));

    /// <summary>The other way round somebody's bid is somebody's ask.</summary>
    private IEnumerable<Course> Turned(AssetPair market) => !markets.TryGetValue(market.Turned, out var sources) ? [] : sources.Values.Select(rate =>
        new Course(
            rate.Source, 1 / rate.Price, rate.Ask is > 0 ? 1 / rate.Ask : null, rate.Bid is > 0 ? 1 / rate.Bid : null, rate.EventTime,
            rate.FreshUntil, [rate.Pair], [rate.Source], 1, rate.Priority));

    private static Course? Best(IEnumerable<Course> courses, DateTimeOffset now) => courses.Order(new ByWorth(now)).FirstOrDefault();

    private static bool TryTimes(decimal? left, decimal? right, out decimal? product)
    {
        product = null;
        if (left is not { } one || right is not { } other)
            return false;
        // Above this a product of two prices could be more than a decimal holds.
        if (Math.Max(one, other) >= RateDecimal.Limit || (one > 1 && other > RateDecimal.Limit / one))
            return false;
        product = one * other;
        return product > 0;
    }

    private static DateTimeOffset Earlier(DateTimeOffset one, DateTimeOffset other) => one < other ? one : other;

    /// <summary>Fresh before stale, direct before derived, then what the rows prefer, then the youngest; the name only makes it certain.</summary>
    private sealed class ByWorth(DateTimeOffset now) : IComparer<Course>
    {
        public int Compare(Course? x, Course? y)
        {
            var (one, other) = (x!, y!);
            var order = other.IsFresh(now).CompareTo(one.IsFresh(now));
            if (order == 0 && !one.IsFresh(now))
                order = one.IsDead(now).CompareTo(other.IsDead(now));
            if (order == 0)
                order = one.Rank.CompareTo(other.Rank);
            if (order == 0)
                order = one.Priority.CompareTo(other.Priority);
            if (order == 0)
                order = other.EventTime.CompareTo(one.EventTime);
            return order != 0 ? order : string.CompareOrdinal(one.Exchanger, other.Exchanger);
        }
    }
}
