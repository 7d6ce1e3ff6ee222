using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Keys;
using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;
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

    /// <summary>The task that is due, or nothing.</summary>
    public HistoryTask? Due(DateTimeOffset market, Func<Guid> newId)
    {
        if (settings.AuditEvery == TimeSpan.Zero)
            return null;
        next ??= market + (settings.AuditEvery * Place());
        if (market < next)
            return null;
        next = market + settings.AuditEvery;
        var settled = Minutes.Of(interval.Align(market - GapsSettings.Settling));
        var (first, last) = (int.MaxValue, int.MinValue);
        foreach (var (open, tries) in triesByOpen)
        {
            if (open >= settled)
                continue;
            if (tries >= MostTries)
            {
                triesByOpen.Remove(open);
                continue;
            }
            triesByOpen[open] = tries + 1;
            (first, last) = (Math.Min(first, open), Math.Max(last, open));
        }
        return first > last ? null : new HistoryTask
        {
            Figi = figi, Interval = interval, From = Minutes.At(first), To = interval.NextOpen(Minutes.At(last)), Reason = HistoryReason.Audit,
            Attempt = 1, Id = newId(),
        };
    }

    private double Place() => (FigiPartition.Murmur2(System.Text.Encoding.UTF8.GetBytes($"{figi}/{interval}")) & 0xffff) / 65536d;
}
