using StockPipeline.Candles.Forming;
using StockPipeline.Candles.Missed;
using StockPipeline.Candles.Rollup;
using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;
using StockPipeline.Hosting.Status;
using StockPipeline.Streaming.Tables;
using StockPipeline.Workers;

namespace StockPipeline.Candles;

/// <summary>
/// Candles of one interval from the minutes in <c>candles-1-min</c>. Replicas share the partitions; the minutes of a partition are read from
/// the beginning, so nothing is lost with a process. All on the reader's thread. Of all instruments, or of those that it is to serve.
/// </summary>
internal sealed class RollupIngester(PipelineClient client, TimeProvider market, Interval interval, Func<Figi, bool>? serves = null) : ITableHandler
{
    private readonly HealthCheck ready = client.Health.Check("minutes");
    private readonly LoopProgress pulse = client.Health.Loop("ingesting", TimeSpan.FromMinutes(1));
    private readonly Dictionary<int, Dictionary<Figi, (RollUp Minutes, CandleBook Book)>> partitions = [];
    private readonly Dictionary<int, LastWords> words = [];
    private readonly HashSet<int> loaded = [];
    private readonly MissedSpans missed = new(interval);
    private readonly List<Candle> say = [];
    private DateTimeOffset? exchangeNow;
    private CandleWriter writer = null!;

    public async Task RunAsync(CancellationToken stop)
    {
        ready.Starting("the minutes are being read");
        var minutes = await client.Codecs.CandlesAsync(Interval.OneMinute, stop);
        var own = await client.Codecs.CandlesAsync(interval, stop);
        writer = await CandleWriter.OpenAsync(client, interval, stop);
        var options = TableReaderOptions.Default with { TickInterval = CandleBook.FormingPause };
        await client.Kafka.ReadTables(
            TableAssignment.Group($"candles-{interval}"), this, options,
            Table.Of(client.Topics.Candles(Interval.OneMinute), minutes, TakeMinutes), Table.Of(client.Topics.Candles(interval), own, TakeOwn))
                .RunAsync(stop);
    }

    public void OnAssigned(int partition)
    {
        partitions[partition] = [];
        words[partition] = new LastWords();
        loaded.Remove(partition);
    }

    public async ValueTask OnCaughtUpAsync(int partition, CancellationToken cancellationToken)
    {
        loaded.Add(partition);
        foreach (var (minutes, book) in partitions[partition].Values)
        {
            foreach (var candle in minutes.Candles)
                book.Take(candle, market.GetUtcNow(), say);
        }
        Restate(partition);
        await FlushAsync(cancellationToken);
    }

    public void OnAllCaughtUp() => ready.Ready();

    public async ValueTask OnRevokedAsync(int partition, CancellationToken cancellationToken)
    {
        partitions.Remove(partition);
        words.Remove(partition);
        loaded.Remove(partition);
        await client.Kafka.FlushAsync(cancellationToken);
    }

    public async ValueTask OnTickAsync(CancellationToken cancellationToken)
    {
        foreach (var partition in loaded)
        {
            foreach (var (_, book) in partitions[partition].Values)
                book.Tick(market.GetUtcNow(), exchangeNow, say);
        }
        await FlushAsync(cancellationToken);
        pulse.Beat();
    }

    private void TakeMinutes(int partition, ReadOnlySpan<TableRecord<Candle>> records)
    {
        foreach (ref readonly var record in records)
        {
            if (record.Value is { } minute)
                Take(partition, minute);
        }
        Flush();
    }

    private void TakeOwn(int partition, ReadOnlySpan<TableRecord<Candle>> records)
    {
        foreach (ref readonly var record in records)
        {
            if (record.Value is not { } said)
                continue;
            words[partition].Read(said);
            if (said.Final)
                Of(partition, said.Figi).Book.Known(said);
        }
        if (!loaded.Contains(partition))
            return;
        Restate(partition);
        Flush();
    }

    private void Restate(int partition)
    {
        foreach (var reopened in words[partition].TakeReopened())
        {
            if (!Of(partition, reopened.Figi).Book.Restate(reopened.OpenTime, say))
                Miss(reopened.Figi, new TimeRange(reopened.OpenTime, interval.NextOpen(reopened.OpenTime)));
        }
    }

    private void Take(int partition, Candle minute)
    {
        // A final minute proves that its end has passed, a trade proves its own time.
        var proven = minute.Final ? minute.OpenTime + Interval.OneMinute.Length + CandleBook.Grace : minute.LastTradeTime ?? minute.OpenTime;
        exchangeNow = exchangeNow is { } now && now > proven ? now : proven;
        var (minutes, book) = Of(partition, minute.Figi);
        var keeps = minutes.Keeps(minute.OpenTime);
        var candle = minutes.Take(minute);
        if (!loaded.Contains(partition))
            return;
        if (!keeps || (candle is not null && !book.Take(candle, market.GetUtcNow(), say)))
            Miss(minute.Figi, new TimeRange(interval.Align(minute.OpenTime), interval.NextOpen(minute.OpenTime)));
    }

    private (RollUp Minutes, CandleBook Book) Of(int partition, Figi figi)
    {
        var owned = partitions[partition];
        if (!owned.TryGetValue(figi, out var state))
            owned.Add(figi, state = (new RollUp(interval), new CandleBook(interval)));
        return state;
    }

    private void Flush() => FlushAsync(CancellationToken.None).AsTask().GetAwaiter().GetResult();

    private async ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        // What others serve is followed all the same: it may come to us at any time.
        if (serves is not null)
            say.RemoveAll(candle => !serves(candle.Figi));
        await writer.SayAsync(say, cancellationToken);
        await writer.AskAsync(missed.Due(market.GetUtcNow(), Guid.NewGuid), cancellationToken);
    }

    private void Miss(Figi figi, TimeRange range)
    {
        if (serves?.Invoke(figi) != false)
            missed.Add(figi, range);
    }
}
