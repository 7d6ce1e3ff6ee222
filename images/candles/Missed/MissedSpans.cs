using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;
using StockPipeline.Market.History;

namespace StockPipeline.Candles.Missed;

/// <summary>
/// What history is to be asked for because the stream may have missed it. What has settled is asked at once, the rest when it has settled:
/// asked earlier, history would not know it yet. Spans that touch are asked as one. Pure but for the time handed in.
/// </summary>
public sealed class MissedSpans(Interval interval)
{
    /// <summary>Spans that wait, over all instruments; past it the oldest are left to the audit.</summary>
    public const int MaxWaiting = 10_000;

    private readonly LinkedList<Span> waiting = [];

    /// <summary>The span added last of each instrument: what touches the next one.</summary>
    private readonly Dictionary<(Figi, HistoryReason), LinkedListNode<Span>> newest = [];

    public int Waiting => waiting.Count;

    /// <summary>Candles that may be missing or wrong. The range is aligned outwards.</summary>
    public void Add(Figi figi, TimeRange candles) => Add(figi, candles, HistoryReason.Request);

    /// <summary>A candle of which two sources say different things: it is to be fetched anew, whatever has been fetched before.</summary>
    public void Doubt(Figi figi, DateTimeOffset openTime) =>
        Add(figi, new TimeRange(openTime, interval.NextOpen(openTime)), HistoryReason.Audit);

    public void Forget(Figi figi)
    {
        for (var node = waiting.First; node is not null;)
        {
            var next = node.Next;
            if (node.Value.Figi == figi)
                Remove(node);
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
            var span = node.Value;
            var end = span.Range.To < settled ? span.Range.To : settled;
            if (end > span.Range.From)
            {
                tasks.Add(Task(span with { Range = new TimeRange(span.Range.From, end) }, newId()));
                if (end == span.Range.To)
                    Remove(node);
                else
                    node.Value = span with { Range = new TimeRange(end, span.Range.To) };
            }
            node = next;
        }
        return tasks;
    }

    private void Add(Figi figi, TimeRange candles, HistoryReason reason)
    {
        var range = new TimeRange(interval.Align(candles.From), AlignUp(candles.To));
        if (range.IsEmpty)
            return;
        if (newest.TryGetValue((figi, reason), out var before) && before.Value.Range is var known && known.From <= range.To && range.From <= known.To)
        {
            before.Value = before.Value with
            {
                Range = new TimeRange(known.From < range.From ? known.From : range.From, known.To > range.To ? known.To : range.To),
            };
            return;
        }
        newest[(figi, reason)] = waiting.AddLast(new Span(figi, range, reason));
        if (waiting.Count > MaxWaiting)
            Remove(waiting.First!);
    }

    private void Remove(LinkedListNode<Span> node)
    {
        waiting.Remove(node);
        if (newest.GetValueOrDefault((node.Value.Figi, node.Value.Reason)) == node)
            newest.Remove((node.Value.Figi, node.Value.Reason));
    }

    private HistoryTask Task(Span span, Guid id) => new()
    {
        Figi = span.Figi, Interval = interval, From = span.Range.From, To = span.Range.To, Reason = span.Reason, Attempt = 1, Id = id,
    };

    private DateTimeOffset AlignUp(DateTimeOffset instant) => interval.IsAligned(instant) ? instant : interval.NextOpen(instant);

    private readonly record struct Span(Figi Figi, TimeRange Range, HistoryReason Reason);
}
