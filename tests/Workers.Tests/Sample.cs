using Microsoft.Extensions.Logging.Abstractions;
using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Records;
using StockPipeline.Hosting;
using StockPipeline.Hosting.Status;
using StockPipeline.Hosting.Telemetry;

namespace StockPipeline.WorkersTests;

internal static class Sample
{
    public static readonly DateTimeOffset Noon = new(2026, 11, 18, 12, 0, 0, TimeSpan.Zero);

    public static readonly Figi Sber = new("BBG004730N88");

    /// <summary>What a worker is made from; nothing in it connects to anything by itself.</summary>
    public static ServiceContext Context(TimeProvider clock, params IEnumerable<string> settings) => new()
    {
        Name = "test", Settings = new Settings(settings.Select(one => one.Split('=', 2)).ToDictionary(one => one[0], one => one[1])),
        LoggerFactory = NullLoggerFactory.Instance, Clock = clock, Health = new Health("test", clock), Metrics = Metrics.Of("test", clock),
    };

    public static Candle Candle(DateTimeOffset open, bool final = true)
    {
        var price = Price.FromUnits(100, 0);
        return new Candle
        {
            Figi = Sber, OpenTime = open, Open = price, High = price, Low = price, Close = price, Volume = 1, Final = final,
            Source = CandleSource.Stream,
        };
    }
}
