using System.Diagnostics.CodeAnalysis;
using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;
using StockPipeline.Streaming.Tables;
using StockPipeline.Fanout.Broadcasting;
using StockPipeline.Websocket.Messages;
using StockPipeline.Fanout.Protocol;

namespace StockPipeline.Websocket.Feeds;

/// <summary>
/// The values and the candles of one instrument, out of their topics: what there was at the start is kept for snapshots, what comes is sent
/// on. Fed by the reader's thread; asked by any.
/// </summary>
internal sealed class InstrumentFeeds : IFeeds, ITableHandler, IDisposable
{
    private readonly Instrument instrument;
    private readonly Interval interval;
    private readonly Broadcaster values;
    private readonly Broadcaster candles;
    private readonly Dictionary<string, Feed> byPath;
    private readonly RepairNotices repairs;
    private volatile bool live;
    private volatile string? closed;

    public InstrumentFeeds(Instrument instrument, Interval interval, FanoutLimits limits, TimeProvider clock, BroadcastCounts? counts = null)
    {
        this.instrument = instrument;
        this.interval = interval;
        values = new Broadcaster(limits, clock, counts);
        candles = new Broadcaster(limits, clock);
        repairs = new RepairNotices(interval, limits.KeptCandles);
        var valueFeed = new Feed(values, limits, count => NoticeFrame.Mark(count, repairs.Epoch));
        byPath = new Dictionary<string, Feed>(StringComparer.Ordinal)
        {
            ["/"] = valueFeed,
            ["/values"] = valueFeed,
            ["/candles"] = new(candles, limits, count => NoticeFrame.Mark(count, 0)),
        };
    }

    public string? NotReady => closed ?? (live ? null : $"the values of {instrument.Ticker} are still being read");

    public Broadcaster Values => values;

    public Broadcaster Candles => candles;

    /// <summary>Ends when a sending thread has died.</summary>
    public Task Completion => Task.WhenAny(values.Completion, candles.Completion).Unwrap();

    public bool TryFind(string path, [NotNullWhen(true)] out Feed? feed) => byPath.TryGetValue(path, out feed);

    public void TakeValues(int partition, ReadOnlySpan<TableRecord<MacdValue>> records) =>
        TakeValues(records, value => ValueFrame.Write(value, instrument.Ticker, interval));

    public void TakeValues(int partition, ReadOnlySpan<TableRecord<IndicatorValue>> records) =>
        TakeValues(records, value => IndicatorFrame.Write(value, instrument.Ticker, interval));

    private void TakeValues<T>(ReadOnlySpan<TableRecord<T>> records, Func<T, byte[]> frame)
        where T : class, IInstrumentValue
    {
        if (live)
            repairs.Announce(records, instrument.Figi, values);
        foreach (ref readonly var record in records)
        {
            if (record.Value is { } value)
                Take(values, value.Figi, value.OpenTime, () => frame(value));
            else
                Withdraw(values, record.Key);
            if (record.Value is { Final: true } said && said.Figi == instrument.Figi)
                repairs.Said(said);
        }
    }

    public void TakeCandles(int partition, ReadOnlySpan<TableRecord<Candle>> records)
    {
        foreach (ref readonly var record in records)
        {
            if (record.Value is { } candle)
                Take(candles, candle.Figi, candle.OpenTime, () => CandleFrame.Write(candle, instrument.Ticker, interval));
            else
                Withdraw(candles, record.Key);
        }
    }

    public void OnAssigned(int partition) => live = false;

    public void OnAllCaughtUp() => live = true;

    public ValueTask OnRevokedAsync(int partition, CancellationToken cancellationToken)
    {
        live = false;
        values.Reset(CloseCode.GoingAway, "the topic is read anew");
        candles.Reset(CloseCode.GoingAway, "the topic is read anew");
        repairs.Reset();
        return ValueTask.CompletedTask;
    }

    /// <summary>Lets nobody in any more and sends everybody away.</summary>
    public async Task CloseAsync(CloseCode code, string reason)
    {
        closed = reason;
        await Task.WhenAll(values.StopAsync(code, reason), candles.StopAsync(code, reason));
    }

    public void Dispose()
    {
        values.Dispose();
        candles.Dispose();
    }

    private void Take(Broadcaster feed, Contracts.Instruments.Figi figi, DateTimeOffset openTime, Func<byte[]> frame)
    {
        if (figi != instrument.Figi)
            return;
        if (live)
            feed.Publish(openTime.ToUnixTimeMilliseconds(), frame());
        else
            feed.Preload(openTime.ToUnixTimeMilliseconds(), frame());
    }

    private void Withdraw(Broadcaster feed, string text)
    {
        if (!text.StartsWith(instrument.Figi.Value + "/", StringComparison.Ordinal)
            || !Contracts.Keys.InstantText.TryRead(text[(instrument.Figi.Value.Length + 1)..], out var openTime))
        {
            return;
        }
        feed.Withdraw(openTime.ToUnixTimeMilliseconds(), NoticeFrame.Removed(instrument.Figi, interval, openTime));
    }
}
