using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Records;
using StockPipeline.Workers;

namespace StockPipeline.WorkersTests;

internal static class Sample
{
    public static readonly DateTimeOffset Noon = new(2026, 11, 18, 12, 0, 0, TimeSpan.Zero);

    public static readonly Figi Sber = new("BBG004730N88");

    /// <summary>What a worker is made from; nothing in it connects to anything by itself.</summary>
    public static PipelineClient Client(TimeProvider clock) => PipelineClient.Of(
        "test", new Dictionary<string, string> { ["KAFKA_CONNECT"] = "127.0.0.1:1", ["SCHEMA_REGISTRY_URL"] = "http://127.0.0.1:1" }, clock,
        NullLoggerFactory.Instance);

    public static IConfiguration Configuration(params IEnumerable<string> settings) => new ConfigurationBuilder().AddInMemoryCollection(
        settings.Select(one => one.Split('=', 2)).Select(one => KeyValuePair.Create(one[0], (string?)one[1]))).Build();

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
