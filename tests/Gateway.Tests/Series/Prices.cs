using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Time;
using StockPipeline.Gateway.Series;

namespace StockPipeline.GatewayTests.Series;

/// <summary>A topic of candles in memory, as several gateways read it: the same log, each at its own pace.</summary>
internal sealed class Prices
{
    public static readonly Figi Figi = new("BBG004730N88");

    private readonly List<(long Time, double? Close, bool Final)> log = [];

    /// <summary>What the topic says when all of it is read.</summary>
    public SortedDictionary<long, double> Truth { get; } = [];

    public int Length => log.Count;

    public static SeriesTopic Topic(int kept = 1_000) => new(StreamShape.Candles, Interval.OneMinute, "candles-1-min", 10, kept);

    public void Say(int minute, double close, bool final = true)
    {
        var time = TimeOf(minute);
        log.Add((time, close, final));
        Truth[time] = close;
    }

    public void Withdraw(int minute)
    {
        log.Add((TimeOf(minute), null, true));
        Truth.Remove(TimeOf(minute));
    }

    /// <summary>Gives a gateway's topic the records from one offset up to another.</summary>
    public void Feed(SeriesTopic topic, int from, int to)
    {
        var partition = topic.PartitionOf(Figi);
        for (var offset = from; offset < to; offset++)
        {
            var (time, close, final) = log[offset];
            var position = (2L * offset) + 1;
            var series = topic.Get(Figi, "SBER");
            if (close is { } price)
                series.Set(new Row(time, position, 0, 0, final), [price, price, price, price, 1]);
            else
                series.Remove(time, position);
            topic.Advance(partition, position, 1);
        }
    }

    public static long TimeOf(int minute) => minute * 60_000L;
}
