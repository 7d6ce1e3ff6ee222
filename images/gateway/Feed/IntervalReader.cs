using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Keys;
using StockPipeline.Contracts.Records;
using StockPipeline.Gateway.Series;
using StockPipeline.Streaming.Tables;

namespace StockPipeline.Gateway.Feed;

/// <summary>Turns the records of one interval's topics into the rows of its series. Called by one reader's thread.</summary>
/// <param name="candles">Takes the candles.</param>
/// <param name="values">Takes the values of MACD.</param>
/// <param name="tickerOf">What an instrument is called.</param>
internal sealed class IntervalReader(SeriesTopic candles, SeriesTopic values, Func<Figi, string> tickerOf) : ITableHandler
{
    private readonly Dictionary<LiveSeries, Repair> repairs = [];
    private Func<(string Candles, string Values)>? incarnations;

    public void Identify(Func<(string Candles, string Values)> of) => incarnations = of;

    public void TakeCandles(int partition, ReadOnlySpan<TableRecord<Candle>> records)
    {
        Span<double> numbers = stackalloc double[5];
        foreach (ref readonly var record in records)
        {
            if (record.Value is not { } candle)
            {
                Remove(candles, record.Key, record.Offset);
                continue;
            }
            (numbers[0], numbers[1], numbers[2], numbers[3], numbers[4]) = (candle.Open.ToDouble(), candle.High.ToDouble(), candle.Low.ToDouble(),
                candle.Close.ToDouble(), candle.Volume);
            candles.Get(candle.Figi, tickerOf(candle.Figi)).Set(
                new Row(candle.OpenTime.ToUnixTimeMilliseconds(), PositionOf(record.Offset), record.Timestamp.ToUnixTimeMilliseconds(),
                    candle.Revision, candle.Final), numbers);
        }
        candles.Advance(partition, PositionOf(records[^1].Offset), records.Length);
    }

    public void TakeValues(int partition, ReadOnlySpan<TableRecord<MacdValue>> records)
    {
        if (values.IsLive)
            Announce(records);
        Span<double> numbers = stackalloc double[4];
        foreach (ref readonly var record in records)
        {
            if (record.Value is not { } value)
            {
                Remove(values, record.Key, record.Offset);
                continue;
            }
            (numbers[0], numbers[1], numbers[2], numbers[3]) = (value.MainLine, value.SignalLine, value.Histogram, value.Close.ToDouble());
            values.Get(value.Figi, tickerOf(value.Figi)).Set(
                new Row(value.OpenTime.ToUnixTimeMilliseconds(), PositionOf(record.Offset), record.Timestamp.ToUnixTimeMilliseconds(),
                    value.Epoch, value.Final), numbers);
        }
        values.Advance(partition, PositionOf(records[^1].Offset), records.Length);
    }

    public void OnAssigned(int partition)
    {
        candles.Clear(partition);
        values.Clear(partition);
    }

    public void OnAllCaughtUp()
    {
        var (candleTopic, valueTopic) = incarnations?.Invoke() ?? ("", "");
        candles.GoLive(candleTopic);
        values.GoLive(valueTopic);
    }

    /// <summary>Odd, so that an announcement fits in before the record it announces.</summary>
    internal static long PositionOf(long offset) => (2 * offset) + 1;

    /// <summary>Says what of a batch replaces final values said before, ahead of the values.</summary>
    private void Announce(ReadOnlySpan<TableRecord<MacdValue>> records)
    {
        repairs.Clear();
        foreach (ref readonly var record in records)
        {
            if (record.Value is not { Final: true, Epoch: > 0 } value || values.Find(value.Figi) is not { } series)
                continue;
            var time = value.OpenTime.ToUnixTimeMilliseconds();
            if (!series.IsRepair(time, value.Epoch))
                continue;
            var repair = repairs.GetValueOrDefault(series, new Repair(2 * record.Offset, value.Epoch, time, time));
            repairs[series] = repair with
            {
                Epoch = Math.Max(repair.Epoch, value.Epoch), From = Math.Min(repair.From, time), To = Math.Max(repair.To, time),
            };
        }
        foreach (var (series, repair) in repairs)
            series.Announce(repair.Position, repair.Epoch, repair.From, repair.To + values.Interval.LengthMs);
    }

    private static void Remove(SeriesTopic topic, string key, long offset)
    {
        var slash = key.IndexOf('/', StringComparison.Ordinal);
        if (slash > 0 && Figi.TryParse(key[..slash], out var figi) && InstantText.TryRead(key[(slash + 1)..], out var time))
            topic.Find(figi)?.Remove(time.ToUnixTimeMilliseconds(), PositionOf(offset));
    }

    private readonly record struct Repair(long Position, long Epoch, long From, long To);
}
