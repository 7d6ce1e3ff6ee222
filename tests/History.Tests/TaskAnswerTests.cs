using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Serialization;
using StockPipeline.Contracts.Time;
using StockPipeline.History;
using StockPipeline.Simulator;
using StockPipeline.Simulator.Market;
using StockPipeline.Surroundings;
using StockPipeline.Testing;

namespace StockPipeline.HistoryTests;

/// <summary>What is said and answered for each sort of task, over real topics: one service has them all at once.</summary>
public sealed class TaskAnswerTests
{
    private static readonly DateTimeOffset Noon = DateTimeOffset.Parse("2026-11-18T12:00:00Z", null);
    private static readonly Interval Hour = Interval.OneHour;

    [Fact]
    public async Task Each_task_is_answered_as_far_as_the_exchange_can_know_and_only_where_the_ledger_was_asked()
    {
        await using var simulator = await MarketSimulator.StartAsync(new SimulatorOptions { Start = Noon, Seed = 5 });
        await using var surroundings = await ServiceSurroundings.StartAsync();
        var client = surroundings.Client;
        var codec = await client.Codecs.CandlesAsync(Hour, default);
        await using var candles = new TopicReader<Candle>(client, client.Topics.Candles(Hour), codec);
        await using var gaps = new TopicReader<Gap>(client, client.Topics.Gaps, await client.Codecs.GapsAsync(default));
        await using var dead = new TopicReader<byte[]>(client, client.Topics.DeadLetters, new Bytes());
        var (sber, ydex) = (simulator.Market.Share("SBER"), simulator.Market.Share("YDEX"));
        await surroundings.ConfigureAsync(ConfigRecord.Of(Followed(sber)), ConfigRecord.Of(Followed(ydex)));
        HistoryTask[] tasks =
        [
            // At night nobody trades.
            Task(sber.Figi, Noon.AddHours(-14), Noon.AddHours(-11), HistoryReason.Gap),
            // Half of it is still to come.
            Task(sber.Figi, Noon.AddHours(-3), Noon.AddHours(3), HistoryReason.Lack),
            Task(ydex.Figi, Noon.AddHours(-3), Noon.AddHours(-1), HistoryReason.Request),
            Task(new Figi("BBG00000GONE"), Noon.AddHours(-3), Noon.AddHours(-1), HistoryReason.Gap),
            Task(ydex.Figi, Noon.AddHours(-1), Noon.AddHours(-3), HistoryReason.Gap),
        ];
        var writer = client.Kafka.WriteTo(client.Topics.HistoryAction, await client.Codecs.HistoryTasksAsync(default));
        foreach (var task in tasks)
            await writer.DeliverAsync($"{task.Figi}/{task.Interval}", task, default);

        await surroundings.WhileRunningAsync(
            builder => builder.AddHistory(),
            () => Eventually.SeeAsync(
                () => (gaps.Latest.Count, dead.All.Count, candles.Latest.Values.Count(candle => candle.Figi == ydex.Figi)),
                seen => seen is { Item1: >= 2, Item2: >= 1, Item3: >= 2 }),
            ("INVEST_API_HOST", simulator.Endpoint.ToString()), ("MARKET_CLOCK", new Uri(simulator.ControlEndpoint, "/clock").ToString()));

        var answers = gaps.Latest.Values.OrderBy(gap => gap.From).ToList();
        Assert.Equal(
            [(tasks[0].From, tasks[0].To, GapState.Empty, 0), (tasks[1].From, Noon.AddHours(-1), GapState.Filled, 0)],
            answers.Select(gap => (gap.From, gap.To, gap.State, gap.Missing)));
        Assert.All(answers, gap => Assert.Equal(sber.Figi, gap.Figi));
        Assert.Equal([Noon.AddHours(-3), Noon.AddHours(-2)], OpenTimes(ydex.Figi));
        Assert.Equal([Noon.AddHours(-3), Noon.AddHours(-2)], OpenTimes(sber.Figi));
        Assert.All(candles.Latest.Values, candle => Assert.Equal((true, CandleSource.History), (candle.Final, candle.Source)));
        Assert.Equal($"{ydex.Figi}/{Hour}", Assert.Single(dead.All).Key);

        IEnumerable<DateTimeOffset> OpenTimes(Figi figi) =>
            candles.Latest.Values.Where(candle => candle.Figi == figi).Select(candle => candle.OpenTime).Order();
    }

    private static HistoryTask Task(Figi figi, DateTimeOffset from, DateTimeOffset to, HistoryReason reason) => new()
    {
        Figi = figi, Interval = Hour, From = from, To = to, Reason = reason, Attempt = 1, Id = Guid.Parse("5a4a7d3e-51a6-4d0e-9f62-2a1f0e9b7c11"),
    };

    private static Instrument Followed(Listing listing) => new()
    {
        Figi = listing.Figi, Ticker = listing.Ticker, ClassCode = listing.ClassCode, Uid = listing.Uid, Name = listing.Name,
        Currency = listing.Currency, Lot = listing.Lot, MinPriceIncrement = listing.MinPriceIncrement, Exchange = listing.Exchange,
        Weekend = listing.Weekend, FirstMinuteCandle = listing.FirstCandle, FirstDayCandle = listing.FirstCandle,
    };

    private sealed class Bytes : IRecordDecoder<byte[]>
    {
        public byte[] Decode(ReadOnlySpan<byte> bytes) => bytes.ToArray();
    }
}
