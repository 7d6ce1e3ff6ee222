using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Keys;
using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;
using StockPipeline.Market.History;
using StockPipeline.Workers.Ledger;

namespace StockPipeline.Gaps.Finding;

/// <summary>
/// When the candles of one instrument are compared with history again. History says every candle of a stretch it is asked to audit, so the topic
/// itself holds what is still to be done: the candles whose last word is not history's. A restart forgets none of them. Each instrument has a
/// place of its own within the period, so that they are not all asked in one moment. Pure but for the time handed in.
/// </summary>
internal sealed class Audit(Figi figi, GapsSettings settings)
{
    /// <summary>A candle that history does not say when asked so often is not known to it, and is let be.</summary>
    public const int MostTries = 3;

    /// <summary>Slots between two candles that are still fetched together: all between them is said once more.</summary>
    public const int MaxSpanned = 100;

    private readonly Interval interval = settings.Interval;
    private readonly Dictionary<int, int> triesByOpen = [];
    private DateTimeOffset? next;

    /// <summary>A final candle as the topic has it now.</summary>
    public void Take(Candle candle)
    {
        if (settings.AuditEvery == TimeSpan.Zero)
            return;
        if (candle.Source == CandleSource.History)
            triesByOpen.Remove(Minutes.Of(candle.OpenTime));
        else
            triesByOpen[Minutes.Of(candle.OpenTime)] = 0;
    }

    public void Remove(DateTimeOffset open) => triesByOpen.Remove(Minutes.Of(open));

    /// <summary>The tasks that are due: one for each stretch of candles that lie close enough to be fetched together.</summary>
    public IReadOnlyList<HistoryTask> Due(DateTimeOffset market, Func<Guid> newId)
    {
        if (settings.AuditEvery == TimeSpan.Zero)
            return [];
        next ??= market + (settings.AuditEvery * Place());
        if (market < next)
            return [];
        next = market + settings.AuditEvery;
        var settled = Minutes.Of(interval.Align(market - CandleHistory.Settling));
        foreach (var open in triesByOpen.Where(one => one.Key < settled && one.Value >= MostTries).Select(one => one.Key).ToList())
            triesByOpen.Remove(open);
        var tasks = new List<HistoryTask>();
        var (first, last) = (0, 0);
        foreach (var open in triesByOpen.Keys.Where(open => open < settled).Order().ToList())
        {
            triesByOpen[open]++;
            if (first > 0 && open - last <= MaxSpanned * (int)interval.Length.TotalMinutes)
            {
                last = open;
                continue;
            }
            if (first > 0)
                tasks.Add(Task(first, last, newId()));
            (first, last) = (open, open);
        }
        if (first > 0)
            tasks.Add(Task(first, last, newId()));
        return tasks;
    }

    private HistoryTask Task(int first, int last, Guid id) => new()
    {
        Figi = figi, Interval = interval, From = Minutes.At(first), To = interval.NextOpen(Minutes.At(last)), Reason = HistoryReason.Audit,
        Attempt = 1, Id = id,
    };

    private double Place() => (FigiPartition.Murmur2(System.Text.Encoding.UTF8.GetBytes($"{figi}/{interval}")) & 0xffff) / 65536d;
}
