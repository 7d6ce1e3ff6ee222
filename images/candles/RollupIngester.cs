using StockPipeline.Candles.Forming;
using StockPipeline.Candles.Missed;
using StockPipeline.Candles.Rollup;
using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Keys;
using StockPipeline.Contracts.Rates;
using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;
using StockPipeline.Hosting.Status;
using StockPipeline.Streaming.Tables;
using StockPipeline.Workers;
using StockPipeline.Workers.Ledger;

namespace StockPipeline.Candles;

/// <summary>
/// Candles of one interval from the minutes in <c>candles-1-min</c>. Replicas share the partitions; the minutes of a partition are read from
/// the beginning, so nothing is lost with a process. All on the reader's thread. Of all instruments, or of those that it is to serve.
/// </summary>
internal sealed class RollupIngester : ITableHandler
{
    private readonly PipelineClient client;
    private readonly TimeProvider market;
    private readonly Interval interval;
    private readonly ConfigTable config;
    private readonly Func<Figi, bool> serves;
    private readonly LedgerTable ledger;
    private readonly LedgerProofs proofs;
    private readonly TombstoneKeys keys;
    private readonly HealthCheck ready;
    private readonly LoopProgress pulse;
    private readonly Dictionary<int, RollupPartition> partitions = [];
    private readonly MissedSpans missed;
    private readonly RollUpWishes wishes = new();
    private CandleWriter writer = null!;

    /// <param name="client">The way into Kafka.</param>
    /// <param name="market">The market's time.</param>
    /// <param name="interval">Of the candles to be made.</param>
    /// <param name="config">Tells when instruments trade; is read by somebody else.</param>
    /// <param name="serves">Which instruments it is to serve; null for all.</param>
    public RollupIngester(PipelineClient client, TimeProvider market, Interval interval, ConfigTable config, Func<Figi, bool>? serves = null)
    {
        (this.client, this.market, this.interval, this.config, this.serves) = (client, market, interval, config, serves ?? (_ => true));
        ledger = new LedgerTable(client, [Interval.OneMinute]);
        proofs = new LedgerProofs(ledger, client.Clock);
        keys = new TombstoneKeys(client.Metrics, client.Logger<TombstoneKeys>());
        ready = client.Health.Check("minutes");
        pulse = client.Health.Loop("ingesting", TimeSpan.FromMinutes(1));
        missed = new MissedSpans(interval);
    }

    public async Task RunAsync(CancellationToken stop)
    {
        ready.Starting("the minutes are being read");
        var minutes = await client.Codecs.CandlesAsync(Interval.OneMinute, stop);
        var own = await client.Codecs.CandlesAsync(interval, stop);
        writer = await CandleWriter.OpenAsync(client, interval, stop);
        await config.Complete.WaitAsync(stop);
        var options = TableReaderOptions.Default with { TickInterval = CandleBook.FormingPause };
        var reader = client.Kafka.ReadTables(
            TableAssignment.Group($"candles-{interval}"), this, options,
            Table.Of(client.Topics.Candles(Interval.OneMinute), minutes, TakeMinutes), Table.Of(client.Topics.Candles(interval), own, TakeOwn));
        await Together.RunAsync(stop, ledger.RunAsync, reader.RunAsync);
    }

    public void OnAssigned(int partition) => partitions[partition] = new RollupPartition(interval);

    public ValueTask OnDeliveredAsync(int partition, CancellationToken cancellationToken) =>
        partitions[partition].IsLoaded ? FlushAsync(cancellationToken) : ValueTask.CompletedTask;

    public async ValueTask OnCaughtUpAsync(int partition, CancellationToken cancellationToken)
    {
        var owned = partitions[partition];
        owned.IsLoaded = true;
        foreach (var (figi, series) in owned.Series)
            series.Begin(ProofOf(figi), market.GetUtcNow(), wishes);
        Restate(owned);
        await FlushAsync(cancellationToken);
    }

    public void OnAllCaughtUp() => ready.Ready();

    public async ValueTask OnRevokedAsync(int partition, CancellationToken cancellationToken)
    {
        if (partitions.Remove(partition, out var gone))
            proofs.Forget(gone.Series.ContainsKey);
        await client.Kafka.FlushAsync(cancellationToken);
    }

    public async ValueTask OnTickAsync(CancellationToken cancellationToken)
    {
        foreach (var owned in partitions.Values.Where(owned => owned.IsLoaded))
        {
            foreach (var (figi, series) in owned.Series)
                series.Tick(() => ProofOf(figi), market.GetUtcNow(), owned.ExchangeNow, wishes);
        }
        await FlushAsync(cancellationToken);
        pulse.Beat();
    }

    private void TakeMinutes(int partition, ReadOnlySpan<TableRecord<Candle>> records)
    {
        var owned = partitions[partition];
        foreach (ref readonly var record in records)
        {
            // Whoever collects rates makes their longer candles too: there is no history that could prove one.
            if (record.Value is { } minute)
            {
                if (!RateFigi.IsOfRate(minute.Figi))
                    Take(owned, minute);
            }
            else if (keys.Read(record.Key, record.Offset) is { } withdrawn)
                Remove(owned, withdrawn);
        }
    }

    private void TakeOwn(int partition, ReadOnlySpan<TableRecord<Candle>> records)
    {
        var owned = partitions[partition];
        foreach (ref readonly var record in records)
        {
            if (record.Value is not { } said || RateFigi.IsOfRate(said.Figi))
                continue;
            owned.Words.Read(said);
            if (said.Final)
                owned.Of(said.Figi).Book.Known(said);
        }
        if (owned.IsLoaded)
            Restate(owned);
    }

    private void Restate(RollupPartition owned)
    {
        foreach (var reopened in owned.Words.TakeReopened())
        {
            if (!owned.Of(reopened.Figi).Book.Restate(reopened.OpenTime, wishes.Say))
                Miss(reopened.Figi, new TimeRange(reopened.OpenTime, interval.NextOpen(reopened.OpenTime)));
        }
    }

    private void Take(RollupPartition owned, Candle minute)
    {
        owned.Heard(minute);
        var series = owned.Of(minute.Figi);
        if (owned.IsLoaded)
            series.Take(minute, ProofOf(minute.Figi), market.GetUtcNow(), wishes);
        else
            series.Read(minute);
    }

    private void Remove(RollupPartition owned, CandleKey withdrawn)
    {
        if (owned.Series.TryGetValue(withdrawn.Figi, out var series))
            series.Remove(withdrawn, ProofOf(withdrawn.Figi), market.GetUtcNow(), wishes);
    }

    private MinuteProof ProofOf(Figi figi)
    {
        var current = config.Current;
        var schedule = current.Instruments.TryGetValue(figi, out var instrument) ? current.Calendar.Of(instrument) : null;
        return new MinuteProof(schedule, proofs.Of(figi, market.GetUtcNow() - (interval.Length * (RollUp.Kept + 1))));
    }

    private async ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        foreach (var (key, reason) in wishes.Ask)
        {
            if (reason == HistoryReason.Audit)
                missed.Doubt(key.Figi, interval.Align(key.OpenTime));
            else
                Miss(key.Figi, new TimeRange(interval.Align(key.OpenTime), interval.NextOpen(key.OpenTime)));
        }
        wishes.Ask.Clear();
        // What others serve is followed all the same: it may come to us at any time.
        wishes.Say.RemoveAll(candle => !serves(candle.Figi));
        await writer.SayAsync(wishes.Say, cancellationToken);
        await writer.AskAsync(missed.Due(market.GetUtcNow(), Guid.NewGuid), cancellationToken);
    }

    private void Miss(Figi figi, TimeRange range)
    {
        if (serves(figi))
            missed.Add(figi, range);
    }
}
