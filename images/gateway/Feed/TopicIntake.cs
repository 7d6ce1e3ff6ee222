using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Keys;
using StockPipeline.Contracts.Records;
using StockPipeline.Gateway.Series;
using StockPipeline.Streaming.Tables;

namespace StockPipeline.Gateway.Feed;

/// <summary>What a record says, beside its numbers.</summary>
/// <param name="Figi">Of whom.</param>
/// <param name="OpenTime">Of which candle.</param>
/// <param name="Count">The revision of a candle, the epoch of a value.</param>
/// <param name="Final">The candle is over.</param>
internal readonly record struct RecordHead(Figi Figi, DateTimeOffset OpenTime, long Count, bool Final);

/// <summary>Reads the numbers of a record, in the order of its stream, and says what it is of.</summary>
internal delegate RecordHead RowReading<in T>(T record, Span<double> numbers);

/// <summary>Turns the records of one topic into the rows of its series. Called by one reader's thread.</summary>
/// <param name="topic">Takes the rows.</param>
/// <param name="read">Reads a record.</param>
/// <param name="tickerOf">What an instrument is called.</param>
/// <param name="journal">Is told of closed rows that are replaced; null where nobody wants to know.</param>
internal sealed class TopicIntake<T>(SeriesTopic topic, RowReading<T> read, Func<Figi, string> tickerOf, RevisionJournal? journal = null)
    where T : class
{
    private readonly Dictionary<LiveSeries, Repair> repairs = [];
    private readonly double[] numbers = new double[topic.Shape.Columns.Count];
    private readonly double[] before = new double[topic.Shape.Columns.Count];

    public void Take(int partition, ReadOnlySpan<TableRecord<T>> records)
    {
        if (topic.IsLive && topic.Shape.HasEpochs)
            Announce(records);
        foreach (ref readonly var record in records)
        {
            if (record.Value is not { } value)
            {
                Remove(record.Key, record.Offset, record.Timestamp);
                continue;
            }
            var head = read(value, numbers);
            var row = new Row(head.OpenTime.ToUnixTimeMilliseconds(), Row.PositionOf(record.Offset), record.Timestamp.ToUnixTimeMilliseconds(),
                head.Count, head.Final);
            var series = topic.Get(head.Figi, tickerOf(head.Figi));
            if (row.Final)
                Note(series, head.OpenTime, numbers, record.Timestamp);
            series.Set(row, numbers);
            journal?.Took(head.Figi, head.OpenTime, row.Final);
        }
        journal?.Reach.Read(partition, records[0].Offset, records[^1].Offset, records.Length);
        topic.Advance(partition, Row.PositionOf(records[^1].Offset), records.Length);
    }

    /// <summary>Where a closed row is about to change, what it was is written down.</summary>
    /// <param name="series">The row's.</param>
    /// <param name="openTime">The row's.</param>
    /// <param name="next">What it becomes; empty where it is taken away.</param>
    /// <param name="until">When.</param>
    private void Note(LiveSeries series, DateTimeOffset openTime, ReadOnlySpan<double> next, DateTimeOffset until)
    {
        if (journal is null)
            return;
        var old = series.Find(openTime.ToUnixTimeMilliseconds(), before);
        if (old is null)
            journal.NoteUnkept(series.Figi, openTime, until);
        else if (old is { Final: true } closed && !next.SequenceEqual(before))
            journal.Note(series.Figi, closed, before, until);
    }

    /// <summary>Says what of a batch replaces final values said before, ahead of the values.</summary>
    private void Announce(ReadOnlySpan<TableRecord<T>> records)
    {
        repairs.Clear();
        foreach (ref readonly var record in records)
        {
            if (record.Value is not { } value || read(value, numbers) is not { Final: true, Count: > 0 } head
                || topic.Find(head.Figi) is not { } series)
            {
                continue;
            }
            var time = head.OpenTime.ToUnixTimeMilliseconds();
            if (!series.IsRepair(time, head.Count))
                continue;
            var repair = repairs.GetValueOrDefault(series, new Repair(2 * record.Offset, head.Count, time, time));
            repairs[series] = repair with
            {
                Epoch = Math.Max(repair.Epoch, head.Count), From = Math.Min(repair.From, time), To = Math.Max(repair.To, time),
            };
        }
        foreach (var (series, repair) in repairs)
            series.Announce(repair.Position, repair.Epoch, repair.From, repair.To + topic.Interval.LengthMs);
    }

    private void Remove(string key, long offset, DateTimeOffset at)
    {
        var slash = key.IndexOf('/', StringComparison.Ordinal);
        if (slash <= 0 || !Figi.TryParse(key[..slash], out var figi) || !InstantText.TryRead(key[(slash + 1)..], out var openTime)
            || topic.Find(figi) is not { } series)
        {
            return;
        }
        Note(series, openTime, default, at);
        series.Remove(openTime.ToUnixTimeMilliseconds(), Row.PositionOf(offset));
        journal?.Took(figi, openTime, isFinal: false);
    }

    private readonly record struct Repair(long Position, long Epoch, long From, long To);
}

/// <summary>How the records of series are read.</summary>
internal static class Readings
{
    public static RecordHead Candle(Candle candle, Span<double> numbers)
    {
        (numbers[0], numbers[1], numbers[2], numbers[3], numbers[4]) = (candle.Open.ToDouble(), candle.High.ToDouble(), candle.Low.ToDouble(),
            candle.Close.ToDouble(), candle.Volume);
        return new RecordHead(candle.Figi, candle.OpenTime, candle.Revision, candle.Final);
    }

    public static RecordHead Macd(MacdValue value, Span<double> numbers)
    {
        (numbers[0], numbers[1], numbers[2], numbers[3]) = (value.MainLine, value.SignalLine, value.Histogram, value.Close.ToDouble());
        return new RecordHead(value.Figi, value.OpenTime, value.Epoch, value.Final);
    }

    /// <summary>Lines that have no value yet are absent, and no number.</summary>
    public static RowReading<IndicatorValue> Indicator(StreamShape shape) => (value, numbers) =>
    {
        numbers.Fill(double.NaN);
        for (var i = 0; i < value.Lines.Count; i++)
        {
            // Nearly always line by line in the order of the catalogue.
            var line = value.Lines[i];
            var at = i < shape.Lines.Count && shape.Lines[i].Name == line.Name ? i : PlaceOf(shape, line.Name);
            if (at >= 0)
                numbers[at] = line.Value;
        }
        numbers[^1] = value.Close.ToDouble();
        return new RecordHead(value.Figi, value.OpenTime, value.Epoch, value.Final);
    };

    private static int PlaceOf(StreamShape shape, string line)
    {
        for (var i = 0; i < shape.Lines.Count; i++)
        {
            if (shape.Lines[i].Name == line)
                return i;
        }
        return -1;
    }
}
