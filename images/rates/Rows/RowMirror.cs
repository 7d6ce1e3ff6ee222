using StockPipeline.Contracts.Rates;
using StockPipeline.RatesService.Links;
using StockPipeline.RatesService.Publishing;
using StockPipeline.Streaming.Producing;
using StockPipeline.Streaming.Tables;

namespace StockPipeline.RatesService.Rows;

/// <summary>
/// Keeps the topics equal to the table: each row with what is wrong with it in trade-info, and no rate that no row asks for. Done by one replica.
/// </summary>
internal sealed class RowMirror(
    RowFollower rows, LinkSupervisor links, PublishedRates rates, TopicWriter<TradeInfo> infoTopic, TopicWriter<Rate> rateTopic, TimeProvider clock,
    ILogger<RowMirror> log) : ITableHandler
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    private readonly Lock gate = new();
    private readonly Dictionary<string, TradeInfo> inTopic = new(StringComparer.Ordinal);
    private readonly TaskCompletionSource complete = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void OnAssigned(int partition)
    {
        lock (gate)
            inTopic.Clear();
    }

    public void OnAllCaughtUp() => complete.TrySetResult();

    public void Take(int partition, ReadOnlySpan<TableRecord<TradeInfo>> records)
    {
        lock (gate)
        {
            foreach (ref readonly var record in records)
            {
                if (record.Value is { } row)
                    inTopic[record.Key] = row;
                else
                    inTopic.Remove(record.Key);
            }
        }
    }

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await Task.WhenAll(complete.Task, rates.Complete).WaitAsync(cancellationToken);
        while (true)
        {
            if (links.IsMirror && rows.Current is { IsRead: true } current)
            {
                await MirrorRowsAsync(current, cancellationToken);
                await RemoveUnaskedAsync(current, cancellationToken);
            }
            await Task.Delay(Every, clock, cancellationToken);
        }
    }

    private async Task MirrorRowsAsync(RowSnapshot current, CancellationToken cancellationToken)
    {
        var wanted = current.Judged.ToDictionary(row => row.Id.ToString(System.Globalization.CultureInfo.InvariantCulture));
        List<(string Key, TradeInfo? Row)> changes;
        lock (gate)
        {
            changes =
            [
                .. wanted.Where(one => !inTopic.TryGetValue(one.Key, out var known) || known != one.Value)
                    .Select(one => (one.Key, (TradeInfo?)one.Value)),
                .. inTopic.Keys.Where(key => !wanted.ContainsKey(key)).Select(key => (key, (TradeInfo?)null)),
            ];
        }
        // Awaited: what is acknowledged is soon read back, and until then would be said twice.
        foreach (var (key, row) in changes)
            await infoTopic.DeliverAsync(key, row, cancellationToken);
    }

    private async Task RemoveUnaskedAsync(RowSnapshot current, CancellationToken cancellationToken)
    {
        var asked = current.Reading.Accepted.SelectMany(row => row.Feeds).Select(feed => feed.Key).ToHashSet();
        foreach (var key in rates.Keys.Where(key => !asked.Contains(key)).ToList())
        {
            Log.RateRemoved(log, key);
            await rateTopic.DeliverAsync(key.ToString(), null, cancellationToken);
        }
    }
}
