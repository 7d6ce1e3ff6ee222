using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;

namespace StockPipeline.Simulator.Market;

/// <summary>
/// The truth about the simulated market: every candle of every listing at any time, past or future, added up from the trades of a tape.
/// What the stream, the history and the archive of the simulator say is derived from here. Thread-safe.
/// </summary>
public abstract class ReferenceMarket
{
    /// <summary>A request that means everything, come what may.</summary>
    internal const long Always = long.MaxValue;

    private const long MinuteMs = 60_000;

    private const long DayMs = 86_400_000;

    private readonly ITape tape;
    private readonly ListingIndex index;
    private readonly BarCache bars;
    private MarketEvents events = MarketEvents.None;

    private protected ReferenceMarket(ITape tape)
    {
        this.tape = tape;
        index = new ListingIndex(tape.Listings);
        bars = new BarCache(tape, () => Events);
    }

    /// <summary>Everything that is listed, on all boards.</summary>
    public IReadOnlyList<Listing> Listings => tape.Listings;

    internal MarketEvents Events => Volatile.Read(ref events);

    /// <summary>By uid, FIGI or ticker and board (<c>SBER_TQBR</c>); null when there is none.</summary>
    public Listing? Find(string id) => index.Find(id);

    /// <summary>A share of the main board.</summary>
    public Listing Share(string ticker) => Find($"{ticker}_TQBR") ?? throw new KeyNotFoundException($"There is no share {ticker} on the board TQBR.");

    /// <summary>The candle that opens at this instant, as it is once all its trades are known; null when there are no trades in it.</summary>
    public Candle? Candle(Figi figi, Interval interval, DateTimeOffset openTime) =>
        Candles(figi, interval, openTime, openTime + TimeSpan.FromTicks(1)) is [var only] ? only : null;

    /// <summary>The candles that open within [from, to), ascending, each as it is once all its trades are known.</summary>
    public IReadOnlyList<Candle> Candles(Figi figi, Interval interval, DateTimeOffset from, DateTimeOffset to)
    {
        var listing = Find(figi.Value) ?? throw new KeyNotFoundException($"There is no listing {figi}.");
        var fromMs = CeilingMs(from);
        var toMs = CeilingMs(to);
        return [.. Bars(listing, CandlePeriod.Of(interval), fromMs, toMs, Always).Select(bar => ToCandle(figi, bar))];
    }

    /// <summary>Nothing is traded within [from, to).</summary>
    public void Halt(Figi figi, DateTimeOffset from, DateTimeOffset to) =>
        Change(now => now.WithHalt(figi, from.ToUnixTimeMilliseconds(), to.ToUnixTimeMilliseconds()));

    /// <summary>One share becomes so many: from that instant on all prices are told divided and all volumes multiplied, past ones as well.</summary>
    public void Split(Figi figi, DateTimeOffset at, int ratio)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(ratio, 2);
        Change(now => now.WithSplit(figi, at.ToUnixTimeMilliseconds(), ratio));
    }

    /// <summary>The bars that open within [from, to) as somebody sees them at an instant: from what was reported by then, splits applied.</summary>
    internal IEnumerable<Bar> Bars(Listing listing, CandlePeriod period, long fromMs, long toMs, long asOfMs) =>
        TapeBars(listing, period, fromMs, toMs, asOfMs).Select(bar => AsTold(listing, bar, asOfMs));

    /// <summary>A bar of the tape with the splits that are known at an instant.</summary>
    internal Bar AsTold(Listing listing, in Bar bar, long asOfMs)
    {
        var factor = Events.SplitFactor(listing.Figi, asOfMs);
        return factor == 1 ? bar : bar.Split(factor, listing.MinPriceIncrement.Nanos);
    }

    /// <summary>As <see cref="Bars"/>, without splits.</summary>
    internal IEnumerable<Bar> TapeBars(Listing listing, CandlePeriod period, long fromMs, long toMs, long asOfMs)
    {
        if (toMs <= fromMs)
            yield break;
        var start = period.AlignUp(fromMs);
        var end = Math.Min(period.AlignUp(toMs), asOfMs);
        Bar? sum = null;
        foreach (var part in Parts(listing, period.IsOfHours, start, end, asOfMs))
        {
            var open = period.Align(part.OpenMs);
            if (sum is { } known && known.OpenMs == open)
            {
                sum = known.With(part);
                continue;
            }
            if (sum is { } whole)
                yield return whole;
            sum = part with { OpenMs = open };
        }
        if (sum is { } last)
            yield return last;
    }

    /// <summary>The last minute with trades that were reported by an instant, looked for in the days before it; null when there is none.</summary>
    internal Bar? LastBar(Listing listing, long asOfMs)
    {
        const int longestLookDays = 60;
        for (var back = 0; back < longestLookDays; back++)
        {
            var dayMs = asOfMs - (asOfMs % DayMs) - (back * DayMs);
            if (Bars(listing, CandlePeriod.Of(Interval.OneMinute), dayMs, dayMs + DayMs, asOfMs).Select(bar => (Bar?)bar).LastOrDefault() is { } last)
                return last;
        }
        return null;
    }

    /// <summary>Appends all trades of one minute as the tape has them: without splits, and with those that a halt prevents.</summary>
    internal void ReadTape(Listing listing, long minuteMs, List<Trade> trades)
    {
        var day = DayOf(minuteMs);
        var midnightMs = (day.DayNumber * DayMs) - EpochOffsetMs;
        bars.Tape(listing, day).Read((int)((minuteMs - midnightMs) / MinuteMs), trades);
    }

    /// <summary>Minutes or hours, ascending, with what was reported by the instant.</summary>
    private IEnumerable<Bar> Parts(Listing listing, bool hours, long startMs, long endMs, long asOfMs)
    {
        var lastDay = DayOf(Math.Max(endMs - 1, startMs));
        for (var day = DayOf(startMs); day <= lastDay && startMs < endMs; day = day.AddDays(1))
        {
            foreach (var part in hours && SettledHours(listing, day, asOfMs) is { } whole ? whole : bars.Minutes(listing, day))
            {
                if (part.OpenMs < startMs || part.OpenMs >= endMs)
                    continue;
                if (part.ReportedMs <= asOfMs)
                    yield return part;
                else if (Reported(listing, part.OpenMs, asOfMs) is { } known)
                    yield return known;
            }
        }
    }

    /// <summary>The hours of a day that is over and of which everything was reported; null for one that still changes.</summary>
    private Bar[]? SettledHours(Listing listing, DateOnly day, long asOfMs)
    {
        if (((day.DayNumber + 1) * DayMs) - EpochOffsetMs > asOfMs)
            return null;
        var hours = bars.Hours(listing, day);
        return Array.TrueForAll(hours, hour => hour.ReportedMs <= asOfMs) ? hours : null;
    }

    private Bar? Reported(Listing listing, long minuteMs, long asOfMs)
    {
        var trades = new List<Trade>();
        ReadTape(listing, minuteMs, trades);
        return BarCache.Sum(minuteMs, trades, trade => trade.ReportedMs <= asOfMs && !Events.IsHalted(listing.Figi, trade.TimeMs));
    }

    private void Change(Func<MarketEvents, MarketEvents> change)
    {
        MarketEvents before;
        MarketEvents after;
        do
        {
            before = Events;
            after = change(before);
        }
        while (Interlocked.CompareExchange(ref events, after, before) != before);
    }

    private static Candle ToCandle(Figi figi, Bar bar) => new()
    {
        Figi = figi,
        OpenTime = DateTimeOffset.FromUnixTimeMilliseconds(bar.OpenMs),
        Open = Price.FromNanos(bar.Open),
        High = Price.FromNanos(bar.High),
        Low = Price.FromNanos(bar.Low),
        Close = Price.FromNanos(bar.Close),
        Volume = bar.Volume,
        Final = true,
        Source = CandleSource.History,
    };

    private static long EpochOffsetMs { get; } = new DateOnly(1970, 1, 1).DayNumber * DayMs;

    private static DateOnly DayOf(long unixMs) => DateOnly.FromDayNumber((int)((unixMs + EpochOffsetMs) / DayMs));

    private static long CeilingMs(DateTimeOffset instant)
    {
        var floor = instant.ToUnixTimeMilliseconds();
        return DateTimeOffset.FromUnixTimeMilliseconds(floor) == instant ? floor : floor + 1;
    }
}
