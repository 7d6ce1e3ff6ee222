using System.Collections.Concurrent;
using StockPipeline.Contracts.Time;
using StockPipeline.Polygon.Calendar;
using StockPipeline.Simulator.Market;

namespace StockPipeline.Simulator.Polygon;

/// <summary>
/// The made-up market of New York: every bar follows from the seed and its place, so any can be asked first. Minutes run from 04:00 to 20:00; before
/// and after the session they are thin. Some minutes have a trade that is reported late: until then the bar is another one. Safe from any thread.
/// </summary>
internal sealed class UsMarket(int seed, IReadOnlyList<UsListing> listings)
{
    private const double LateShare = 0.02;
    private const double ThinEmptiness = 0.7;

    private static readonly TimeOnly FirstMinute = new(4, 0);
    private static readonly TimeOnly LastMinute = new(20, 0);
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Settling = TimeSpan.FromMinutes(15);

    /// <summary>Days that are over: few for each share, and dear to calculate, minute by minute.</summary>
    private readonly ConcurrentDictionary<(string Ticker, DateOnly Date), UsBar?> settled = new();

    public IReadOnlyList<UsListing> Listings => listings;

    public UsListing? Find(string ticker) => listings.FirstOrDefault(one => one.Ticker == ticker);

    /// <summary>The minutes of a day that are over, as they are known at an instant.</summary>
    public IEnumerable<UsBar> Minutes(UsListing listing, DateOnly date, DateTimeOffset now)
    {
        if (NewYork.IsClosed(date))
            yield break;
        var (start, end) = (NewYork.At(date, FirstMinute), NewYork.At(date, LastMinute));
        var place = new Place(listing, SeededHash.Key((ulong)seed, listing.Ticker), listing.SharesOn(date), NewYork.Day(date).Sessions[0].Range);
        for (var at = start; at < end && at + Minute <= now; at += Minute)
        {
            if (At(place, at, now) is { } bar)
                yield return bar;
        }
    }

    /// <summary>One minute as it is known at an instant; null where nobody traded.</summary>
    public UsBar? At(UsListing listing, DateTimeOffset start, DateTimeOffset now)
    {
        var date = NewYork.DateOf(start);
        var regular = NewYork.Day(date).Sessions is [var session, ..] ? session.Range : new TimeRange(start, start);
        return At(new Place(listing, SeededHash.Key((ulong)seed, listing.Ticker), listing.SharesOn(date), regular), start, now);
    }

    private static UsBar? At(in Place place, DateTimeOffset start, DateTimeOffset now)
    {
        var (listing, key, shares) = (place.Listing, place.Key, (double)place.Shares);
        var minute = start.ToUnixTimeSeconds() / 60;
        var isRegular = place.Regular.Contains(start);
        if (Draw(key, minute, 1) < (isRegular ? listing.Emptiness : ThinEmptiness))
            return null;
        var (open, close) = (Path(listing, key, minute) / shares, Path(listing, key, minute + 1) / shares);
        var reach = open * 0.0008;
        var bar = new UsBar(
            start.ToUnixTimeMilliseconds(), Cents(open), Cents(Math.Max(open, close) + (reach * Draw(key, minute, 2))),
            Cents(Math.Min(open, close) - (reach * Draw(key, minute, 3))), Cents(close),
            Math.Round((decimal)((isRegular ? 20_000 : 300) * (0.2 + Draw(key, minute, 4)) * shares)), 1 + (int)(Draw(key, minute, 5) * 300));
        return LateBy(key, minute) is { } late && now >= start + Minute + late
            ? bar with { High = bar.High + 0.05m, Volume = bar.Volume + 1_234 }
            : bar;
    }

    /// <summary>How long after its end a minute is corrected; null where it never is.</summary>
    public TimeSpan? LateBy(UsListing listing, DateTimeOffset start) =>
        LateBy(SeededHash.Key((ulong)seed, listing.Ticker), start.ToUnixTimeSeconds() / 60);

    private static TimeSpan? LateBy(ulong key, long minute) =>
        Draw(key, minute, 6) < LateShare ? TimeSpan.FromMinutes(1 + Math.Floor(Draw(key, minute, 7) * 12)) : null;

    /// <summary>The day's bar: its prices are those of the regular session, its volume that of the whole day.</summary>
    public UsBar? Day(UsListing listing, DateOnly date, DateTimeOffset now)
    {
        // The last correction of a day is in a quarter of an hour after its last minute: from then on it is what it is.
        var isSettled = now >= NewYork.At(date, LastMinute) + Settling;
        if (isSettled && settled.TryGetValue((listing.Ticker, date), out var known))
            return known;
        var day = Sum(listing, date, now);
        if (isSettled)
            settled.TryAdd((listing.Ticker, date), day);
        return day;
    }

    private UsBar? Sum(UsListing listing, DateOnly date, DateTimeOffset now)
    {
        if (NewYork.IsClosed(date))
            return null;
        var session = NewYork.Day(date).Sessions[0].Range;
        UsBar? regular = null;
        var (volume, trades) = (0m, 0);
        foreach (var bar in Minutes(listing, date, now))
        {
            (volume, trades) = (volume + bar.Volume, trades + bar.Trades);
            if (session.Contains(DateTimeOffset.FromUnixTimeMilliseconds(bar.StartMs)))
                regular = regular is { } sum ? sum.Join(bar) : bar;
        }
        return regular is { } day
            ? day with { StartMs = NewYork.At(date, TimeOnly.MinValue).ToUnixTimeMilliseconds(), Volume = volume, Trades = trades }
            : null;
    }

    public static bool IsRegular(DateTimeOffset instant) =>
        NewYork.Day(NewYork.DateOf(instant)).Sessions.Any(session => session.Range.Contains(instant));

    private static double Path(UsListing listing, ulong key, long minute)
    {
        var sum = 0.0;
        for (var wave = 0; wave < 6; wave++)
        {
            var period = 37 * Math.Pow(5.3, wave);
            var phase = SeededHash.Unit(SeededHash.At(key, -1 - wave)) * 2 * Math.PI;
            sum += 0.0015 * (wave + 1) * Math.Sin((minute * 2 * Math.PI / period) + phase);
        }
        return listing.Price * Math.Exp(sum + (0.0008 * (SeededHash.Unit(SeededHash.At(key, minute * 8)) - 0.5)));
    }

    private static double Draw(ulong key, long minute, int which) => SeededHash.Unit(SeededHash.At(key, (minute * 8) + which));

    private static decimal Cents(double price) => Math.Round((decimal)price, 2);

    /// <summary>What all minutes of a day have in common.</summary>
    private readonly record struct Place(UsListing Listing, ulong Key, decimal Shares, TimeRange Regular);
}
