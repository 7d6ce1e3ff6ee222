using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;
using StockPipeline.Streaming.Tables;
using StockPipeline.Fanout.Broadcasting;
using StockPipeline.Websocket.Messages;

namespace StockPipeline.Websocket.Feeds;

/// <summary>
/// Tells clients of a repair before its values come. Values of one repair share an epoch; they may arrive in several batches, so a notice is
/// repeated with a wider range where a later batch goes beyond the range announced.
/// </summary>
internal sealed class RepairNotices(Interval interval, int remembered)
{
    private readonly SortedSet<DateTimeOffset> said = [];
    private (DateTimeOffset From, DateTimeOffset To) announced = (DateTimeOffset.MaxValue, DateTimeOffset.MinValue);
    private long epoch;

    /// <summary>Of the newest repair.</summary>
    public long Epoch => Interlocked.Read(ref epoch);

    /// <summary>A final value has gone out.</summary>
    public void Said(IInstrumentValue value)
    {
        said.Add(value.OpenTime);
        if (said.Count > remembered)
            said.Remove(said.Min);
        if (value.Epoch > Epoch)
            Begin(value.Epoch);
    }

    /// <summary>Announces what of a batch replaces values said before.</summary>
    public void Announce<T>(ReadOnlySpan<TableRecord<T>> records, Figi figi, Broadcaster broadcaster)
        where T : class, IInstrumentValue
    {
        foreach (ref readonly var record in records)
        {
            if (record.Value is { } value && value.Figi == figi && value.Epoch > Epoch)
                Begin(value.Epoch);
        }
        var (from, to) = announced;
        foreach (ref readonly var record in records)
        {
            if (record.Value is not { } value || value.Figi != figi || value.Epoch != Epoch || !said.Contains(value.OpenTime))
                continue;
            from = value.OpenTime < from ? value.OpenTime : from;
            to = value.OpenTime + interval.Length > to ? value.OpenTime + interval.Length : to;
        }
        if ((from, to) == announced)
            return;
        announced = (from, to);
        broadcaster.Announce(NoticeFrame.Repair(Epoch, from, to));
    }

    public void Reset()
    {
        said.Clear();
        Begin(0);
    }

    private void Begin(long next)
    {
        Interlocked.Exchange(ref epoch, next);
        announced = (DateTimeOffset.MaxValue, DateTimeOffset.MinValue);
    }
}
