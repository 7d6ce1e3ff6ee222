using StockPipeline.Candles;
using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Keys;
using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;
using StockPipeline.Simulator;
using StockPipeline.Surroundings;
using StockPipeline.Testing;

namespace StockPipeline.CandlesTests.Service;

/// <summary>More instruments than the account's streams carry, over real topics.</summary>
public sealed class ManyInstrumentsTests
{
    private const int Instruments = 310;

    private static readonly Interval Five = Interval.FiveMinutes;
    private static readonly DateTimeOffset Open = new(2026, 11, 18, 11, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task What_the_only_stream_does_not_carry_is_rolled_up_and_nothing_ends()
    {
        await using var simulator = await MarketSimulator.StartAsync(
            new SimulatorOptions { Start = Open.AddHours(1), Quotas = new ApiQuotas { Streams = 1 } });
        await using var surroundings = await ServiceSurroundings.StartAsync();
        var client = surroundings.Client;
        await surroundings.ConfigureAsync(Enumerable.Range(0, Instruments).Select(number => ConfigRecord.Of(Share(number))));
        var minutes = client.Kafka.WriteTo(client.Topics.Candles(Interval.OneMinute), await client.Codecs.CandlesAsync(Interval.OneMinute, default));
        foreach (var minute in Enumerable.Range(0, Instruments).SelectMany(number => Enumerable.Range(0, 6).Select(at => Minute(number, at))))
            await minutes.SendAsync(new CandleKey(minute.Figi, minute.OpenTime).ToString(), minute, default);
        await using var candles = new TopicReader<Candle>(client, client.Topics.Candles(Five), await client.Codecs.CandlesAsync(Five, default));

        await surroundings.WhileRunningAsync(
            builder => builder.AddCandles(), () => Eventually.SeeAsync(() => RolledUp(candles), rolled => rolled == Instruments - 300),
            ("INTERVAL", Five.Name), ("CANDLES_SOURCE", "stream"), ("INVEST_API_HOST", simulator.Endpoint.ToString()),
            ("MARKET_CLOCK", new Uri(simulator.ControlEndpoint, "/clock").ToString()));

        // The simulated market has none of these shares: whatever was said came from the minutes, and only for those without a stream.
        Assert.Equal(Instruments - 300, candles.Latest.Values.Select(candle => candle.Figi).Distinct().Count());
        Assert.All(candles.Latest.Values, candle => Assert.Equal(CandleSource.Rollup, candle.Source));
    }

    private static int RolledUp(TopicReader<Candle> candles) =>
        candles.Latest.Values.Count(candle => candle is { Final: true, Volume: 5 } && candle.OpenTime == Open);

    private static Instrument Share(int number) => new()
    {
        Figi = new Figi($"FIGI{number:D8}"), Ticker = $"T{number}", ClassCode = "TQBR", Uid = $"uid-{number}", Name = $"Share {number}",
        Currency = "rub", Lot = 10, MinPriceIncrement = Price.Parse("0.01"), Exchange = "MOEX", Weekend = false,
    };

    private static Candle Minute(int number, int minute) => new()
    {
        Figi = new Figi($"FIGI{number:D8}"), OpenTime = Open.AddMinutes(minute), Open = Price.FromDecimal(100), High = Price.FromDecimal(100),
        Low = Price.FromDecimal(100), Close = Price.FromDecimal(100), Volume = 1, Final = true, Source = CandleSource.Stream,
    };
}
