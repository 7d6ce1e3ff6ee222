using System.Runtime.CompilerServices;
using StockPipeline.Contracts.Instruments;

namespace StockPipeline.Simulator.Market;

/// <summary>Bars of minutes and hours of whole days, summed up from the tape once and kept within limits.</summary>
internal sealed class BarCache(ITape tape, Func<MarketEvents> events)
{
    /// <summary>Days of one listing with all their minutes, some tens of kilobytes each.</summary>
    public const int MaxMinuteDays = 1_000;

    /// <summary>Days of one listing in hours, about a kilobyte each: a year of 160 listings.</summary>
    public const int MaxHourDays = 60_000;

    /// <summary>Days ready to be read minute by minute: today's of all listings.</summary>
    public const int MaxTapes = 1_000;

    private const long HourMs = 3_600_000;

    private const long MinuteMs = 60_000;

    private readonly BoundedCache<(Figi Figi, DateOnly Day, int Halts), Bar[]> minutes = new(MaxMinuteDays);
    private readonly BoundedCache<(Figi Figi, DateOnly Day, int Halts), Bar[]> hours = new(MaxHourDays);
    private readonly BoundedCache<(Figi Figi, DateOnly Day), IDayTape> tapes = new(MaxTapes);

    public Bar[] Minutes(Listing listing, DateOnly day) => minutes.Get(
        (listing.Figi, day, events().Halts.Count), (cache: this, listing), static (key, of) => of.cache.SumMinutes(of.listing, key.Day));

    public Bar[] Hours(Listing listing, DateOnly day) => hours.Get(
        (listing.Figi, day, events().Halts.Count), (cache: this, listing), static (key, of) => SumHours(of.cache.SumMinutes(of.listing, key.Day)));

    public IDayTape Tape(Listing listing, DateOnly day) =>
        tapes.Get((listing.Figi, day), (tape, listing), static (key, of) => of.tape.Day(of.listing, key.Day));

    /// <summary>Null when no trade is counted.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static Bar? Sum(long openMs, List<Trade> trades, Func<Trade, bool>? counts = null)
    {
        Bar? sum = null;
        foreach (var trade in trades)
        {
            if (counts is null || counts(trade))
                sum = sum is { } known ? known.With(trade) : Bar.Of(openMs, trade);
        }
        return sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private Bar[] SumMinutes(Listing listing, DateOnly day)
    {
        var source = tape.Day(listing, day);
        var (from, to) = source.Minutes;
        if (from >= to)
            return [];
        var now = events();
        Func<Trade, bool>? counts = now.Halts.Any(halt => halt.Figi == listing.Figi) ? trade => !now.IsHalted(listing.Figi, trade.TimeMs) : null;
        var midnightMs = new DateTimeOffset(day, TimeOnly.MinValue, TimeSpan.Zero).ToUnixTimeMilliseconds();
        var bars = new List<Bar>(to - from);
        var trades = new List<Trade>(SyntheticProfile.MaxTradesPerMinute);
        for (var minute = from; minute < to; minute++)
        {
            trades.Clear();
            source.Read(minute, trades);
            if (Sum(midnightMs + (minute * MinuteMs), trades, counts) is { } bar)
                bars.Add(bar);
        }
        return [.. bars];
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static Bar[] SumHours(Bar[] minutes)
    {
        var hours = new List<Bar>(24);
        foreach (var minute in minutes)
        {
            var open = minute.OpenMs - (minute.OpenMs % HourMs);
            if (hours.Count > 0 && hours[^1].OpenMs == open)
                hours[^1] = hours[^1].With(minute);
            else
                hours.Add(minute with { OpenMs = open });
        }
        return [.. hours];
    }
}

/// <summary>Remembers at most so many answers and forgets the oldest first. Thread-safe; an answer may be computed twice.</summary>
internal sealed class BoundedCache<TKey, TValue>(int capacity)
    where TKey : notnull
{
    private readonly Lock gate = new();
    private readonly Dictionary<TKey, TValue> values = [];
    private readonly Queue<TKey> order = new();

    public TValue Get<TState>(TKey key, TState state, Func<TKey, TState, TValue> compute)
    {
        lock (gate)
        {
            if (values.TryGetValue(key, out var known))
                return known;
        }
        var value = compute(key, state);
        lock (gate)
        {
            if (values.TryAdd(key, value))
            {
                order.Enqueue(key);
                if (order.Count > capacity)
                    values.Remove(order.Dequeue());
            }
        }
        return value;
    }
}
