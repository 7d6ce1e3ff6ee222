using StockPipeline.Candles.Forming;
using StockPipeline.Candles.Missed;
using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Keys;
using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;
using StockPipeline.Hosting.Status;
using StockPipeline.Market.Api;
using StockPipeline.Market.Errors;
using StockPipeline.Market.Streams;
using StockPipeline.Streaming.Tables;
using StockPipeline.Workers;

namespace StockPipeline.Candles;

/// <summary>
/// Candles of one interval from a supervised stream: says forming ones as they change, closed ones when that is proven, and asks history for
/// whatever the stream may have missed. One loop owns all state.
/// </summary>
internal sealed class StreamIngester(PipelineClient client, InvestApiClient api, TimeProvider market, Interval interval)
{
    /// <summary>How often pauses and proofs are looked at; well under what a forming candle waits.</summary>
    private static readonly TimeSpan TickEvery = TimeSpan.FromMilliseconds(25);

    /// <summary>Events handled between two looks at the clock.</summary>
    private const int Round = 1_000;

    private readonly ILogger log = client.Logger<CandlesWorker>();
    private readonly HealthCheck ready = client.Health.Check("stream");
    private readonly LoopProgress pulse = client.Health.Loop("ingesting", TimeSpan.FromMinutes(1));
    private readonly KnownCandles known = new(interval);
    private readonly ExchangeTime exchange = new(market);
    private readonly MissedSpans missed = new(interval);
    private readonly HashSet<Figi> begun = [];
    private readonly HashSet<int> away = [];
    private readonly TaskCompletionSource someLeftOut = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private IReadOnlySet<StreamSubscription> leftOut = new HashSet<StreamSubscription>();
    private volatile HashSet<Figi> withoutStream = [];
    private readonly List<Candle> say = [];
    private ConfigSnapshot followed = ConfigSnapshot.Empty;

    /// <summary>Ingests until stop is asked for; fails when the stream fails for good.</summary>
    /// <param name="config">What is followed.</param>
    /// <param name="hasStreams">Asked before any stream is opened whether the account has so many; if not, this ingester ends.</param>
    /// <param name="mayGiveUp">Called when the API says that no stream is left; to return true ends this ingester.</param>
    /// <param name="stop">Ends it.</param>
    public async Task RunAsync(ConfigTable config, Func<int, Task<bool>> hasStreams, Func<bool> mayGiveUp, CancellationToken stop)
    {
        var codec = await client.Codecs.CandlesAsync(interval, stop);
        var writer = await CandleWriter.OpenAsync(client, interval, stop);
        var reader = client.Kafka.ReadTables(TableAssignment.All, known, Table.Of(client.Topics.Candles(interval), codec, known.Take));
        await Together.RunAsync(
            stop, reader.RunAsync, ending => RollUpLeftOutAsync(config, ending),
            ending => IngestAsync(config, writer, hasStreams, mayGiveUp, ending));
    }

    private async Task IngestAsync(
        ConfigTable config, CandleWriter writer, Func<int, Task<bool>> hasStreams, Func<bool> mayGiveUp, CancellationToken stop)
    {
        await Task.WhenAll(known.Complete, config.Complete).WaitAsync(stop);
        if (!await hasStreams(MarketStream.StreamsFor(config.Current.Instruments.Values.Count(instrument => !instrument.IsOfPolygon()))))
            return;
        var stream = new MarketStream(api, new MarketStreamOptions(), market, client.Logger<MarketStream>());
        using var streamStop = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var streaming = stream.RunAsync(streamStop.Token);
        Log.Begins(log, interval, CandlesMode.Stream, config.Current.Instruments.Count);
        using var ticks = new PeriodicTimer(TickEvery, client.Clock);
        try
        {
            while (!streaming.IsCompleted)
            {
                Follow(stream, config.Current);
                LookAtLeftOut(stream.LeftOut);
                for (var i = 0; i < Round && stream.Events.TryRead(out var happened); i++)
                {
                    if (!Handle(happened) && mayGiveUp())
                        return;
                }
                known.CatchUp(Restate);
                foreach (var book in known.Books.Values)
                    book.Tick(market.GetUtcNow(), exchange.Now, say);
                await writer.SayAsync(say, stop);
                await writer.AskAsync(missed.Due(market.GetUtcNow(), Guid.NewGuid), stop);
                pulse.Beat();
                if (stream.Events.Count == 0)
                    await ticks.WaitForNextTickAsync(stop);
            }
            await streaming;
        }
        finally
        {
            await streamStop.CancelAsync();
            await streaming.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void Follow(MarketStream stream, ConfigSnapshot current)
    {
        if (ReferenceEquals(current, followed))
            return;
        if (!current.Instruments.Keys.ToHashSet().SetEquals(followed.Instruments.Keys))
        {
            foreach (var gone in followed.Instruments.Keys.Where(figi => !current.Instruments.ContainsKey(figi)))
            {
                known.Books.Remove(gone);
                missed.Forget(gone);
                begun.Remove(gone);
            }
            stream.Want(
            [
                .. current.Instruments.Values.Where(instrument => !instrument.IsOfPolygon())
                    .Select(instrument => StreamSubscription.Of(instrument, interval)),
            ]);
        }
        followed = current;
    }

    private void LookAtLeftOut(IReadOnlySet<StreamSubscription> now)
    {
        if (ReferenceEquals(now, leftOut))
            return;
        leftOut = now;
        withoutStream = now.Select(subscription => subscription.Figi).ToHashSet();
        if (now.Count == 0)
            return;
        Log.LeftOut(log, interval, now.Count, followed.Instruments.Count, interval == Interval.OneMinute ? "left to history" : "rolled up");
        someLeftOut.TrySetResult();
    }

    /// <summary>Serves what no stream of the account carries from the minutes; there is nothing to make the minutes themselves of.</summary>
    private async Task RollUpLeftOutAsync(ConfigTable config, CancellationToken stop)
    {
        await (interval == Interval.OneMinute ? Task.Delay(Timeout.InfiniteTimeSpan, client.Clock, stop) : someLeftOut.Task.WaitAsync(stop));
        await new RollupIngester(client, market, interval, config, figi => withoutStream.Contains(figi)).RunAsync(stop);
    }

    /// <returns>False when the API has no stream left for us.</returns>
    private bool Handle(MarketEvent happened)
    {
        switch (happened)
        {
            case CandleReceived { Candle: var candle } when followed.Instruments.ContainsKey(candle.Figi):
                Take(candle);
                break;
            case CandleRejected { Subscription: var subscription }:
                missed.Add(subscription.Figi, new TimeRange(interval.Align(market.GetUtcNow()), interval.NextOpen(market.GetUtcNow())));
                break;
            case Subscribed { Subscription.Figi: var figi, At: var at } when begun.Add(figi):
                MissedWhileDown(figi, at);
                break;
            case SpanMissed span when followed.Instruments.ContainsKey(span.Subscription.Figi):
                missed.Add(span.Subscription.Figi, span.Candles);
                break;
            case SubscriptionRefused refused:
                Log.Refused(log, refused.Subscription.ToString(), refused.Status.ToString(), refused.AskedAgainIn);
                break;
            case Connected connected:
                away.Remove(connected.Stream);
                if (away.Count == 0)
                    ready.Ready();
                break;
            case ConnectionLost lost:
                exchange.Lost();
                away.Add(lost.Stream);
                ready.Failing(lost.Status.ToString());
                return lost.Stream > 0 || !ErrorTable.SaysNoStreamLeft(lost.Status);
        }
        return true;
    }

    private void Take(Candle candle)
    {
        if (candle.LastTradeTime is { } trade)
            exchange.Seen(trade);
        if (!known.BookOf(candle.Figi).Take(candle, market.GetUtcNow(), say))
            missed.Add(candle.Figi, new TimeRange(candle.OpenTime, interval.NextOpen(candle.OpenTime)));
    }

    private void Restate(CandleKey reopened)
    {
        if (followed.Instruments.ContainsKey(reopened.Figi) && !known.BookOf(reopened.Figi).Restate(reopened.OpenTime, say))
            missed.Add(reopened.Figi, new TimeRange(reopened.OpenTime, interval.NextOpen(reopened.OpenTime)));
    }

    /// <summary>From the last candle the topic holds as final to the moment the stream is on: what nobody has listened to.</summary>
    private void MissedWhileDown(Figi figi, DateTimeOffset at)
    {
        if (known.BookOf(figi).NewestFinal is { } newest && newest < at)
            missed.Add(figi, new TimeRange(newest, interval.NextOpen(at)));
    }
}
