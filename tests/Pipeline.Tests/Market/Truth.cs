using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Keys;
using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;
using StockPipeline.PipelineTests.Watching;
using StockPipeline.Simulator.Market;
using StockPipeline.Testing;

namespace StockPipeline.PipelineTests.Market;

/// <summary>
/// What the topics must say once the market has come to rest: the candles of the simulator up to an instant, their MACD and the other indicators by
/// the book, and no open question.
/// </summary>
/// <param name="market">The simulator's.</param>
/// <param name="shares">The shares that are followed.</param>
/// <param name="until">Nothing is traded from here on.</param>
/// <param name="needed">Candles each series must have, where it has had so many.</param>
internal sealed class Truth(ReferenceMarket market, IReadOnlyList<Listing> shares, DateTimeOffset until, int needed)
{
    /// <summary>Beyond rounding nothing may differ; a line near zero is measured by the price it is made from.</summary>
    private const double Tolerance = 1e-9;

    private const double SmallestShareOfPrice = 1e-4;

    private const int MostProblems = 20;

    private readonly Dictionary<(Figi, Interval, DateTimeOffset), IReadOnlyList<Candle>> series = [];

    /// <summary>Candles compared by the last call of <see cref="Problems"/>.</summary>
    public int Compared { get; private set; }

    /// <summary>What the topics say and should not, or do not say and should; nothing when all is as it must be.</summary>
    public IReadOnlyList<string> Problems(TopicsSeen seen)
    {
        Compared = 0;
        var problems = new List<string>();
        foreach (var interval in Interval.All)
        {
            var candles = seen.Candles(interval).Latest();
            var values = seen.Values(interval).Latest();
            var others = FollowedIndicators.Slugs.ToDictionary(slug => slug, slug => seen.Values(slug, interval).Latest());
            foreach (var share in shares)
            {
                var own = candles.Values.Where(candle => candle.Figi == share.Figi).OrderBy(candle => candle.OpenTime).ToList();
                if (!Candles(share, interval, own, problems))
                    continue;
                Values(share, interval, own, values, problems);
                var sessions = seen.Config.Instruments.TryGetValue(share.Figi, out var known) ? seen.Config.Calendar.Of(known) : null;
                foreach (var (slug, latest) in others)
                {
                    var right = IndicatorsByHand.Of(
                        slug, own, candle => sessions?.SessionStart(candle.OpenTime, interval.Length) ?? candle.OpenTime.UtcDateTime.Date);
                    Values($"{share.Ticker} {interval} {slug}", right, own, latest, problems);
                }
            }
        }
        problems.AddRange(seen.Gaps.Latest().Values.Where(gap => gap.State is GapState.Suspected or GapState.Requested)
            .Select(gap => $"open: {gap}"));
        return problems.Count <= MostProblems ? problems : [.. problems.Take(MostProblems), $"and {problems.Count - MostProblems} more"];
    }

    private bool Candles(Listing share, Interval interval, List<Candle> seen, List<string> problems)
    {
        var name = $"{share.Ticker} {interval}";
        if (seen.Count == 0)
        {
            problems.Add($"{name}: no candles");
            return false;
        }
        var right = Series(share.Figi, interval, seen[0].OpenTime);
        var wrong = right.Zip(seen, (one, other) => (Right: one, Seen: other))
            .FirstOrDefault(pair => !pair.Seen.Final || !pair.Right.SameMarketData(pair.Seen));
        if (wrong != default)
            problems.Add($"{name}: expected {wrong.Right}, seen {wrong.Seen}");
        else if (seen.Count != right.Count)
            problems.Add($"{name}: {right.Count} candles expected, seen {seen.Count}, the last {seen[^1]}");
        else if (seen.Count < needed && Series(share.Figi, interval, LongBefore(interval)).Count > seen.Count)
            problems.Add($"{name}: only {seen.Count} candles");
        else
            Compared += seen.Count;
        return wrong == default && seen.Count == right.Count;
    }

    private static void Values(
        Listing share, Interval interval, List<Candle> candles, IReadOnlyDictionary<string, MacdValue> seen, List<string> problems)
    {
        var name = $"{share.Ticker} {interval}";
        var right = ReferenceMacd.Of([.. candles.Select(candle => candle.Close.ToDecimal())]);
        var count = seen.Values.Count(value => value.Figi == share.Figi);
        if (count != right.Count)
            problems.Add($"{name}: {right.Count} values expected, seen {count}");
        for (var at = 0; at < right.Count; at++)
        {
            var candle = candles[at + ReferenceMacd.First];
            if (!seen.TryGetValue(new CandleKey(candle.Figi, candle.OpenTime).ToString(), out var value))
                problems.Add($"{name}: no value at {candle.OpenTime:O}");
            else if (!value.Final || value.Close != candle.Close || !Equal(value, right[at]))
                problems.Add($"{name}: expected {right[at]}, seen {value}");
            else
                continue;
            return;
        }
    }

    private static void Values(
        string name, SortedDictionary<DateTimeOffset, double[]> right, List<Candle> candles, IReadOnlyDictionary<string, IndicatorValue> seen,
        List<string> problems)
    {
        var count = seen.Values.Count(value => value.Figi == candles[0].Figi);
        if (count != right.Count)
            problems.Add($"{name}: {right.Count} values expected, seen {count}");
        foreach (var candle in candles.Where(candle => right.ContainsKey(candle.OpenTime)))
        {
            var (expected, floor) = (right[candle.OpenTime], SmallestShareOfPrice * candle.Close.ToDouble());
            if (!seen.TryGetValue(new CandleKey(candle.Figi, candle.OpenTime).ToString(), out var value))
                problems.Add($"{name}: no value at {candle.OpenTime:O}");
            else if (!value.Final || value.Close != candle.Close
                || value.Lines.Zip(expected).Any(pair => !Near(pair.First.Value, pair.Second, floor)))
                problems.Add($"{name}: expected {string.Join(' ', expected)}, seen {value}, {string.Join(' ', value.Lines)}");
            else
                continue;
            return;
        }
    }

    private static bool Equal(MacdValue seen, (decimal Main, decimal Signal) right)
    {
        var floor = SmallestShareOfPrice * seen.Close.ToDouble();
        return Near(seen.MainLine, (double)right.Main, floor) && Near(seen.SignalLine, (double)right.Signal, floor)
            && Near(seen.Histogram, (double)(right.Main - right.Signal), floor);
    }

    private static bool Near(double seen, double right, double floor) => Math.Abs(seen - right) <= Tolerance * Math.Max(Math.Abs(right), floor);

    /// <summary>Well within what the lack worker looks through and the topics keep.</summary>
    private DateTimeOffset LongBefore(Interval interval) => until - (interval.Length * needed * 2);

    private IReadOnlyList<Candle> Series(Figi figi, Interval interval, DateTimeOffset from)
    {
        if (!series.TryGetValue((figi, interval, from), out var known))
            series.Add((figi, interval, from), known = market.Candles(figi, interval, from, until));
        return known;
    }
}
