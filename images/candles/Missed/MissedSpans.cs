using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;
using StockPipeline.Market.History;

namespace StockPipeline.Candles.Missed;

/// <summary>
/// What history is to be asked for because the stream may have missed it. What has settled is asked at once, the rest when it has settled:
/// asked earlier, history would not know it yet. Pure but for the time handed in.
/// </summary>
public sealed class MissedSpans(Interval interval)
{
    /// <summary>Spans that wait, over all instruments; past it the oldest are left to the audit.</summary>
    public const int MaxWaiting = 10_000;

    private readonly LinkedList<(Figi Figi, TimeRange Range)> waiting = [];

    public int Waiting => waiting.Count;

    /// <summary>Candles that may be missing or wrong. The range is aligned outwards.</summary>
    public void Add(Figi figi, TimeRange candles)
    {
        var range = new TimeRange(interval.Align(candles.From), AlignUp(candles.To));
        if (range.IsEmpty)
            return;
        waiting.AddLast((figi, range));
        if (waiting.Count > MaxWaiting)
            waiting.RemoveFirst();
    }

    public void Forget(Figi figi)
    {
        for (var node = waiting.First; node is not null;)
        {
            var next = node.Next;
            if (node.Value.Figi == figi)
                waiting.Remove(node);
            node = next;
        }
    }

    /// <summary>The tasks that are due: everything that has settled by now.</summary>
    public IReadOnlyList<HistoryTask> Due(DateTimeOffset now, Func<Guid> newId)
    {
        var settled = interval.Align(now - CandleHistory.Settling);
        var tasks = new List<HistoryTask>();
        for (var node = waiting.First; node is not null;)
        {
            var next = node.Next;
            var (figi, range) = node.Value;
            var end = range.To < settled ? range.To : settled;
            if (end > range.From)
            {
                tasks.Add(Task(figi, new TimeRange(range.From, end), newId()));
                if (end == range.To)
                    waiting.Remove(node);
                else
                    node.Value = (figi, new TimeRange(end, range.To));
            }
            node = next;
        }
        return tasks;
    }

    private HistoryTask Task(Figi figi, TimeRange range, Guid id) => new()
    {
        Figi = figi, Interval = interval, From = range.From, To = range.To, Reason = HistoryReason.Request, Attempt = 1, Id = id,
    };

    private DateTimeOffset AlignUp(DateTimeOffset instant) => interval.IsAligned(instant) ? instant : interval.NextOpen(instant);
}
