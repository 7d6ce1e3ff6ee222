using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Keys;
using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;
using StockPipeline.Contracts.Topics;
using StockPipeline.Hosting.Status;
using StockPipeline.Streaming.Tables;
using StockPipeline.Workers.Ledger;

namespace StockPipeline.Workers.Asking;

/// <summary>The partitions this replica owns: their candles go to the asker, and between the batches it has its rounds.</summary>
internal sealed class AskingTables : ITableHandler
{
    /// <summary>A partition is left alone for so long after it was read: its last owner's words are still to be read in the ledger.</summary>
    private static readonly TimeSpan Hesitation = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan StaleAfter = TimeSpan.FromMinutes(2);

    /// <summary>When each was read; null while it is being read.</summary>
    private readonly Dictionary<int, long?> partitions = [];
    private readonly List<LedgerStep> say = [];
    private readonly TimeProvider market;
    private readonly TimeProvider clock;
    private readonly ConfigTable config;
    private readonly LedgerTable ledger;
    private readonly IAsker asker;
    private readonly Func<IReadOnlyList<LedgerStep>, CancellationToken, Task> write;
    private readonly TombstoneKeys keys;
    private readonly HealthCheck ready;
    private readonly LoopProgress pulse;

    public AskingTables(
        PipelineClient client, TimeProvider market, ConfigTable config, LedgerTable ledger, IAsker asker,
        Func<IReadOnlyList<LedgerStep>, CancellationToken, Task> write)
    {
        (this.market, this.config, this.ledger, this.asker, this.write) = (market, config, ledger, asker, write);
        clock = client.Clock;
        keys = new TombstoneKeys(client.Metrics, client.Logger<TombstoneKeys>());
        ready = client.Health.Check("candles");
        ready.Starting("candles are being read");
        pulse = client.Health.Loop("looking", StaleAfter);
    }

    public void Take(Interval interval, ReadOnlySpan<TableRecord<Candle>> records)
    {
        lock (ledger.Gate)
        {
            foreach (ref readonly var record in records)
            {
                // A forming candle is none yet: should its stream die, the slot is a hole like any other.
                if (record.Value is { } candle)
                {
                    if (candle.Final)
                        asker.Take(interval, candle);
                }
                else if (keys.Read(record.Key, record.Offset) is { } key)
                {
                    asker.Remove(interval, key);
                }
            }
        }
        pulse.Beat();
    }

    public void OnAssigned(int partition)
    {
        Drop(partition);
        partitions[partition] = null;
        ready.Starting("candles are being read");
    }

    public ValueTask OnCaughtUpAsync(int partition, CancellationToken cancellationToken)
    {
        partitions[partition] = clock.GetTimestamp();
        return ValueTask.CompletedTask;
    }

    public void OnAllCaughtUp() => ready.Ready();

    public ValueTask OnRevokedAsync(int partition, CancellationToken cancellationToken)
    {
        partitions.Remove(partition);
        Drop(partition);
        return ValueTask.CompletedTask;
    }

    public async ValueTask OnTickAsync(CancellationToken cancellationToken)
    {
        pulse.Beat();
        if (!config.Complete.IsCompleted)
            return;
        Look();
        if (say.Count == 0)
            return;
        // The ledger as the asker sees it has all of it already; whoever reads it meanwhile is not held up by the brokers.
        await write(say, cancellationToken);
        lock (ledger.Gate)
            say.ForEach(asker.Said);
        say.Clear();
    }

    private void Look()
    {
        lock (ledger.Gate)
        {
            if (ledger.IsComplete)
                asker.Look(new AskingRound(new Moment(market.GetUtcNow(), clock.GetUtcNow()), config.Current, IsOurs, say));
        }
    }

    private bool IsOurs(Figi figi) =>
        partitions.GetValueOrDefault(PartitionOf(figi)) is { } readAt && clock.GetElapsedTime(readAt) >= Hesitation;

    private void Drop(int partition)
    {
        lock (ledger.Gate)
            asker.Drop(figi => PartitionOf(figi) == partition);
    }

    private static int PartitionOf(Figi figi) => FigiPartition.Of(figi, PipelineTopics.SeriesPartitions);
}
