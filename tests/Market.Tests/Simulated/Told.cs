using System.Collections.Concurrent;
using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;
using StockPipeline.Market.History;
using StockPipeline.Market.Streams;

namespace StockPipeline.MarketTests.Simulated;

/// <summary>What a stream has told: the last word on each candle, and what was missed.</summary>
internal sealed class Told
{
    public ConcurrentDictionary<Figi, DateTimeOffset> SubscribedSince { get; } = [];

    public Dictionary<(Figi Figi, DateTimeOffset OpenTime), Candle> Candles { get; } = [];

    public List<SpanMissed> Missed { get; } = [];

    public int Losses { get; private set; }

    public async Task ReadAsync(MarketStream stream)
    {
        await foreach (var one in stream.Events.ReadAllAsync())
        {
            switch (one)
            {
                case CandleReceived received:
                    Candles[(received.Candle.Figi, received.Candle.OpenTime)] = received.Candle;
                    break;
                case Subscribed subscribed:
                    SubscribedSince.TryAdd(subscribed.Subscription.Figi, subscribed.At);
                    break;
                case SpanMissed missed:
                    Missed.Add(missed);
                    break;
                case ConnectionLost:
                    Losses++;
                    break;
            }
        }
    }

    /// <summary>What was missed of a share, for the message of a test that fails.</summary>
    public string SpansOf(Instrument share) => string.Join(
        ", ",
        Missed.Where(span => span.Subscription.Figi == share.Figi).Select(span => $"missed {span.Missed.From:mm:ss.fff}-{span.Missed.To:mm:ss.fff}"));

    /// <summary>Reads from history what was missed, once per share from the first missed candle to the last.</summary>
    public async Task RepairAsync(CandleHistory history, IReadOnlyCollection<Instrument> shares)
    {
        foreach (var spans in Missed.GroupBy(span => span.Subscription.Figi))
        {
            var share = shares.Single(one => one.Figi == spans.Key);
            foreach (var range in spans.Select(span => span.Candles).Aggregate(new List<TimeRange>(), Merge))
            {
                foreach (var candle in await history.GetAsync(share, Interval.OneMinute, range, CancellationToken.None))
                    Candles[(candle.Figi, candle.OpenTime)] = candle;
            }
        }
    }

    private static List<TimeRange> Merge(List<TimeRange> merged, TimeRange next)
    {
        if (merged.Count > 0 && next.From <= merged[^1].To)
            merged[^1] = new TimeRange(merged[^1].From, next.To > merged[^1].To ? next.To : merged[^1].To);
        else
            merged.Add(next);
        return merged;
    }
}
