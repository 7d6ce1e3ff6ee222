using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Keys;
using StockPipeline.Contracts.Rates;
using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;
using StockPipeline.Contracts.Topics;
using StockPipeline.Hosting.Status;
using StockPipeline.Rates.Candles;
using StockPipeline.Rates.Intake;
using StockPipeline.RatesService.Publishing;
using StockPipeline.Streaming.Producing;
using StockPipeline.Streaming.Tables;
using StockPipeline.Workers;

namespace StockPipeline.RatesService.Candles;

/// <summary>
/// Candles of rates that no link brings: those of longer intervals, from the minutes in <c>candles-1-min</c>, and the minutes of cross rates.
/// Replicas share the partitions; all that is needed is read from the topics. All on the reader's thread.
/// </summary>
internal sealed class RateCandles(PipelineClient client, PublishedRates published, CrossWishes wishes, TimeProvider market, Health health)
    : ITableHandler
{
    private const string CrossEnding = "." + CrossRate.Source;

    private static readonly TimeSpan StaleAfter = TimeSpan.FromMinutes(2);

    private static readonly TimeSpan SayFormingEvery = TimeSpan.FromSeconds(1);

    private readonly Dictionary<int, OwnedRates> partitions = [];
    private readonly Dictionary<Interval, TopicWriter<Candle>> writers = [];
    private readonly List<RolledCandle> say = [];
    private readonly List<MinuteCandle> minutes = [];
    private readonly LoopProgress pulse = health.Loop("rolling up", StaleAfter);
    private long saidForming;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        // The candles there are come first: what is in their topics is not said again.
        var tables = new List<Table>();
        foreach (var interval in Interval.All.Reverse())
        {
            var (topic, codec) = (client.Topics.Candles(interval), await client.Codecs.CandlesAsync(interval, cancellationToken));
            writers[interval] = client.Kafka.WriteTo(topic, codec);
            var table = interval == Interval.OneMinute
                ? Table.Of<Candle>(topic, codec, TakeMinutes)
                : Table.Loaded<Candle>(topic, codec, (partition, records) => TakeKnown(partition, interval, records));
            tables.Add(tables.Count == 0 ? table : table.After(tables[^1]));
        }
        await published.Complete.WaitAsync(cancellationToken);
        var options = TableReaderOptions.Default with { TickInterval = RatePublisher.ConflateOver };
        await client.Kafka.ReadTables(TableAssignment.Group("rates-candles"), this, options, [.. tables]).RunAsync(cancellationToken);
    }

    public void OnAssigned(int partition) => partitions[partition] = new OwnedRates();

    public ValueTask OnDeliveredAsync(int partition, CancellationToken cancellationToken) => SayAsync(cancellationToken);

    public ValueTask OnCaughtUpAsync(int partition, CancellationToken cancellationToken)
    {
        partitions[partition].IsLoaded = true;
        return ValueTask.CompletedTask;
    }

    public async ValueTask OnRevokedAsync(int partition, CancellationToken cancellationToken)
    {
        partitions.Remove(partition);
        // The next owner goes on from what is in the topics.
        await client.Kafka.FlushAsync(cancellationToken);
    }

    public async ValueTask OnTickAsync(CancellationToken cancellationToken)
    {
        var isTime = client.Clock.GetElapsedTime(saidForming) >= SayFormingEvery;
        LookAtCrosses(isTime);
        if (isTime)
        {
            saidForming = client.Clock.GetTimestamp();
            foreach (var rolled in partitions.Values.Where(owned => owned.IsLoaded).SelectMany(owned => owned.Rolled.Values))
                rolled.SayForming(client.Clock.GetUtcNow(), say);
        }
        await SayAsync(cancellationToken);
        pulse.Beat();
    }

    private void TakeKnown(int partition, Interval interval, ReadOnlySpan<TableRecord<Candle>> records)
    {
        foreach (ref readonly var record in records)
        {
            if (record.Value is { } candle && RateFigi.IsOfRate(candle.Figi))
                partitions[partition].Of(candle.Figi).Known(interval, candle);
        }
    }

    private void TakeMinutes(int partition, ReadOnlySpan<TableRecord<Candle>> records)
    {
        var owned = partitions[partition];
        foreach (ref readonly var record in records)
        {
            if (record.Value is not { } minute || !RateFigi.IsOfRate(minute.Figi))
                continue;
            owned.Of(minute.Figi).Take(minute, say);
            if (minute.Figi.Value.EndsWith(CrossEnding, StringComparison.Ordinal))
                owned.Newest[minute.Figi] = minute;
        }
    }

    private void LookAtCrosses(bool isTime)
    {
        var (now, wanted) = (market.GetUtcNow(), wishes.Wanted);
        foreach (var owned in partitions.Values)
        {
            foreach (var gone in owned.Crosses.Keys.Where(figi => !wanted.ContainsKey(figi)).ToList())
                owned.Crosses.Remove(gone);
        }
        foreach (var (figi, pair) in wanted)
        {
            if (!partitions.TryGetValue(FigiPartition.Of(figi, PipelineTopics.SeriesPartitions), out var owned) || !owned.IsLoaded)
                continue;
            if (!owned.Crosses.TryGetValue(figi, out var cross))
            {
                owned.Crosses.Add(figi, cross = new CrossMinutes(pair));
                if (owned.Newest.TryGetValue(figi, out var newest))
                    cross.Resume(newest);
            }
            cross.Look(published.Best(pair, now), now);
            cross.Drain(isTime, minutes);
            foreach (var minute in minutes)
            {
                if (minute.ToCandle(figi) is { } candle)
                    say.Add(new RolledCandle(Interval.OneMinute, candle));
            }
            minutes.Clear();
        }
    }

    private async ValueTask SayAsync(CancellationToken cancellationToken)
    {
        foreach (var (interval, candle) in say)
            await writers[interval].SendAsync(new CandleKey(candle.Figi, candle.OpenTime).ToString(), candle, cancellationToken);
        say.Clear();
    }

    /// <summary>One partition of the candles.</summary>
    private sealed class OwnedRates
    {
        public Dictionary<Figi, LongerCandles> Rolled { get; } = [];

        public Dictionary<Figi, CrossMinutes> Crosses { get; } = [];

        /// <summary>The newest minute of each cross rate: whoever begins to follow one goes on with it.</summary>
        public Dictionary<Figi, Candle> Newest { get; } = [];

        public bool IsLoaded { get; set; }

        public LongerCandles Of(Figi figi)
        {
            if (!Rolled.TryGetValue(figi, out var rolled))
                Rolled.Add(figi, rolled = new LongerCandles());
            return rolled;
        }
    }
}
