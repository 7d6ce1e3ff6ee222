using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.Extensions.Logging.Abstractions;
using StockPipeline.Calendar;
using StockPipeline.Contracts.Connections;
using StockPipeline.Contracts.Time;
using StockPipeline.Market.Api;
using StockPipeline.Market.Contract;
using StockPipeline.Market.Errors;
using StockPipeline.Market.History;
using StockPipeline.Market.Limits;
using StockPipeline.Market.Mapping;
using StockPipeline.Market.Streams;
using StockPipeline.Simulator;
using StockPipeline.Simulator.Faults;
using StockPipeline.Testing;
using Xunit.Abstractions;
using static StockPipeline.MarketTests.Samples;
using Instrument = StockPipeline.Contracts.Records.Instrument;

namespace StockPipeline.MarketTests.Simulated;

/// <summary>The client against the simulator, whose market knows what must come out.</summary>
public sealed class SimulatedMarketTests(ITestOutputHelper output)
{
    private static readonly CancellationToken Stop = CancellationToken.None;

    /// <summary>A Tuesday, in the middle of the main session.</summary>
    private static readonly DateTimeOffset Start = Utc(2026, 3, 3, 11);

    [Fact]
    public async Task History_of_every_interval_is_the_truth_of_the_market()
    {
        await using var simulator = await MarketSimulator.StartAsync(new SimulatorOptions { Start = Start });
        using var client = Client(simulator);
        var history = new CandleHistory(client, simulator.Clock, NullLogger<CandleHistory>.Instance);
        var sber = await ShareAsync(client, "SBER");

        foreach (var interval in Interval.All)
        {
            var longest = CandleWindows.Of(interval).MaxPeriod * 2.2;
            var range = new TimeRange(interval.Align(Start - (longest < TimeSpan.FromDays(400) ? longest : TimeSpan.FromDays(400))),
                interval.Align(Start));

            var candles = await history.GetAsync(sber, interval, range, Stop);

            var truth = simulator.Market.Candles(sber.Figi, interval, range.From, range.To);
            Assert.Equal(truth.Count, candles.Count);
            Assert.All(truth.Zip(candles), pair => Assert.True(pair.First.SameMarketData(pair.Second),
                $"{interval}: {pair.First} and {pair.Second}"));
        }
    }

    [Fact]
    public async Task Every_candle_lies_in_a_slot_of_the_calendar()
    {
        var monday = Utc(2026, 3, 2);
        await using var simulator = await MarketSimulator.StartAsync(new SimulatorOptions { Start = monday });
        using var client = Client(simulator);
        var listed = await client.Instruments.SharesAsync(new InstrumentsRequest { InstrumentStatus = InstrumentStatus.Base });
        var shares = listed.Instruments.Where(share => share.ClassCode == "TQBR").Select(share =>
            share.ToRecord()).ToList();
        var schedules = await client.Instruments.TradingSchedulesAsync(
            new TradingSchedulesRequest { From = Timestamp.FromDateTimeOffset(monday), To = Timestamp.FromDateTimeOffset(monday.AddDays(7)) });
        var calendar = TradingCalendar.Empty.With(schedules.ToRecords());

        foreach (var share in shares.Take(20))
        {
            var schedule = calendar.Of(share);
            foreach (var interval in Interval.All)
            {
                var week = schedule.Slots(interval, monday, monday.AddDays(7));
                var slots = week.ToHashSet();
                Assert.Equal(0, week.UnknownDays);
                Assert.All(
                    simulator.Market.Candles(share.Figi, interval, monday, monday.AddDays(7)),
                    candle => Assert.True(slots.Contains(candle.OpenTime), $"{share.Ticker} {interval} {candle.OpenTime:O}"));
            }
        }
        Assert.True(shares.Count >= 250, $"{shares.Count} shares");
    }

    [Fact]
    public async Task A_token_the_market_does_not_know_is_refused_in_one_sentence()
    {
        await using var simulator = await MarketSimulator.StartAsync(new SimulatorOptions { Start = Start,
            Tokens = new HashSet<string> { "t.good" } });
        using var good = Client(simulator, "t.good");
        using var bad = Client(simulator, "t.bad");
        await good.Users.GetUserTariffAsync(new GetUserTariffRequest());

        var stream = new MarketStream(bad, new MarketStreamOptions(), simulator.Clock, NullLogger<MarketStream>.Instance);
        stream.Want([Subscription(1)]);

        using var stopping = new CancellationTokenSource();
        var running = stream.RunAsync(stopping.Token);
        var lost = (ConnectionLost)await stream.Events.ReadAsync().AsTask().WaitAsync(Eventually.Patience, TimeProvider.System);

        Assert.True((await Assert.ThrowsAsync<InvestApiException>(
            () => bad.Users.GetUserTariffAsync(new GetUserTariffRequest()).ResponseAsync)).IsTokenRejected);
        Assert.Equal((StatusCode.Unauthenticated, 40003), (lost.Status.Code, lost.Status.ApiCode));
        await stopping.CancelAsync();
        await running;
    }

    [Fact]
    public async Task Stream_and_history_of_what_it_missed_together_are_the_truth_whatever_befalls_the_stream()
    {
        var seed = Seed.Next(output.WriteLine);
        await using var simulator = await MarketSimulator.StartAsync(new SimulatorOptions { Seed = seed, Start = Start, Speed = 60 });
        using var client = Client(simulator);
        var shares = (await client.Instruments.SharesAsync(new InstrumentsRequest { InstrumentStatus = InstrumentStatus.Base })).Instruments
            .Where(share => share.ClassCode == "TQBR" && share.Currency == "rub").Take(60).Select(share => share.ToRecord()).ToList();
        var options = new MarketStreamOptions
        {
            Silence = TimeSpan.FromMilliseconds(700), Tick = TimeSpan.FromMilliseconds(10), Audit = TimeSpan.FromMilliseconds(200),
            Reconnect = new BackoffLimits { First = TimeSpan.FromMilliseconds(20), Cap = TimeSpan.FromMilliseconds(100) },
            RequestsPerMinute = 1000,
        };
        var stream = new MarketStream(client, options, simulator.Clock, NullLogger<MarketStream>.Instance);
        stream.Want([.. shares.Select(share => StreamSubscription.Of(share, Interval.OneMinute))]);
        using var stopping = new CancellationTokenSource();
        var running = stream.RunAsync(stopping.Token);
        var seen = new Told();
        var reading = seen.ReadAsync(stream);
        await Eventually.TrueAsync(() => seen.SubscribedSince.Count == shares.Count);
        simulator.Faults.Set(
            new FaultRule { Kind = FaultKind.DropStream, Probability = 0.02, Limit = 3, Lasting = TimeSpan.FromSeconds(20) },
            new FaultRule { Kind = FaultKind.MuteStream, Probability = 0.01, Limit = 1, Lasting = TimeSpan.FromMinutes(10) },
            new FaultRule { Kind = FaultKind.MalformedFrame, Method = "MarketDataStream", Probability = 0.001, Limit = 1 });

        var enough = simulator.Clock.GetUtcNow().AddMinutes(6);
        await Eventually.TrueAsync(() => simulator.Clock.GetUtcNow() > enough && seen.Losses > 0);
        simulator.Faults.Clear();
        var end = Interval.OneMinute.Align(simulator.Clock.GetUtcNow());
        await Eventually.TrueAsync(() => simulator.Clock.GetUtcNow() > end.AddMinutes(2));
        await stopping.CancelAsync();
        await running;
        await reading;

        await seen.RepairAsync(new CandleHistory(client, simulator.Clock, NullLogger<CandleHistory>.Instance), shares);
        output.WriteLine($"{seen.Losses} losses, {seen.Missed.Count} spans missed, {seen.Candles.Count} candles");
        foreach (var share in shares)
        {
            var from = Interval.OneMinute.NextOpen(seen.SubscribedSince[share.Figi]);
            foreach (var truth in simulator.Market.Candles(share.Figi, Interval.OneMinute, from, end))
            {
                Assert.True(seen.Candles.TryGetValue((share.Figi, truth.OpenTime), out var candle),
                    $"{share.Ticker} {truth.OpenTime:O} is not there");
                Assert.True(truth.SameMarketData(candle), $"{share.Ticker}: {candle} is not {truth}; {seen.SpansOf(share)}");
            }
        }
    }

    private static InvestApiClient Client(MarketSimulator simulator, string? token = null) => new(
        new InvestApiOptions { Host = simulator.Endpoint.ToString(), AccessToken = token is null ? null : new Secret(token) },
        new InProcessQuota(simulator.Clock),
        NullLogger<InvestApiClient>.Instance);

    private static async Task<Instrument> ShareAsync(InvestApiClient client, string ticker)
    {
        var request = new InstrumentRequest { IdType = InstrumentIdType.Ticker, ClassCode = "TQBR", Id = ticker };
        return (await client.Instruments.ShareByAsync(request)).Instrument.ToRecord();
    }
}
