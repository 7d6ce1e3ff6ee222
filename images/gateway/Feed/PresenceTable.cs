using System.Collections.Concurrent;
using System.Numerics;
using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Keys;
using StockPipeline.Contracts.Time;

namespace StockPipeline.Gateway.Feed;

/// <summary>Which candles there are: a bit for each slot of a day. Fed by one thread for each interval; asked by any.</summary>
internal sealed class PresenceTable
{
    private const long DayMs = 86_400_000;
    private const int BitsOfWord = 64;

    private readonly ConcurrentDictionary<(SeriesKey Series, int Day), ulong[]> days = new();
    private readonly ConcurrentDictionary<SeriesKey, DateTimeOffset> oldest = new();

    /// <summary>Whether there is a final candle.</summary>
    public bool Has(Figi figi, Interval interval, DateTimeOffset openTime) => Count(figi, interval, openTime, openTime + interval.Length) > 0;

    /// <summary>Final candles of one day.</summary>
    public int Count(Figi figi, Interval interval, DateOnly day) =>
        days.TryGetValue((new SeriesKey(figi, interval), day.DayNumber), out var bits) ? bits.Sum(static word => BitOperations.PopCount(word)) : 0;

    /// <summary>Final candles of one day within a stretch of it.</summary>
    public int Count(Figi figi, Interval interval, DateTimeOffset from, DateTimeOffset to)
    {
        var day = DateOnly.FromDateTime(from.UtcDateTime).DayNumber;
        if (!days.TryGetValue((new SeriesKey(figi, interval), day), out var bits))
            return 0;
        var (first, count) = (from.ToUnixTimeMilliseconds() % DayMs / interval.LengthMs, 0);
        var end = Math.Min(first + ((long)(to - from).TotalMilliseconds / interval.LengthMs), bits.Length * BitsOfWord);
        for (var slot = first; slot < end; slot++)
            count += (bits[slot / BitsOfWord] >> (int)(slot % BitsOfWord) & 1) == 1 ? 1 : 0;
        return count;
    }

    /// <summary>The oldest candle there ever was; nothing where there is none.</summary>
    public DateTimeOffset? Oldest(Figi figi, Interval interval) => oldest.TryGetValue(new SeriesKey(figi, interval), out var first) ? first : null;

    public void Mark(SeriesKey series, DateTimeOffset openTime, bool isThere)
    {
        var day = DateOnly.FromDateTime(openTime.UtcDateTime).DayNumber;
        var slot = (int)(openTime.ToUnixTimeMilliseconds() % DayMs / series.Interval.LengthMs);
        var bits = days.GetOrAdd((series, day), static key => new ulong[(DayMs / key.Series.Interval.LengthMs + BitsOfWord - 1) / BitsOfWord]);
        if (isThere && (!oldest.TryGetValue(series, out var first) || openTime < first))
            oldest[series] = openTime;
        if (isThere)
            bits[slot / BitsOfWord] |= 1UL << (slot % BitsOfWord);
        else
            bits[slot / BitsOfWord] &= ~(1UL << (slot % BitsOfWord));
    }
}
