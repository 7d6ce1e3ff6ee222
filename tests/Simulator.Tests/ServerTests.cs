using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using StockPipeline.Market.Contract;
using StockPipeline.Simulator;
using StockPipeline.Simulator.Market;
using StockPipeline.SimulatorTests.Probing;

namespace StockPipeline.SimulatorTests;

public sealed class ServerTests
{
    /// <summary>A Tuesday, in the main session.</summary>
    private static readonly DateTimeOffset Noon = new(2026, 11, 10, 9, 0, 30, TimeSpan.Zero);

    [Fact]
    public async Task Shares_are_listed_with_their_true_identifiers()
    {
        await using var simulator = await MarketSimulator.StartAsync(new SimulatorOptions { Start = Noon });
        using var probe = new ApiProbe(simulator.Endpoint);

        var tradable = (await probe.SharesAsync(InstrumentStatus.Base)).Instruments;
        var all = (await probe.SharesAsync(InstrumentStatus.All)).Instruments;

        Assert.True(tradable.Count(share => share.ClassCode == "TQBR" && share.Currency == "rub") >= 250);
        Assert.Contains(tradable, share => share.ClassCode != "TQBR" && share.Currency == "rub");
        Assert.Contains(tradable, share => share.ClassCode == "TQBR" && share.Currency != "rub");
        Assert.True(all.Count > tradable.Count);
        var sber = Assert.Single(tradable, share => share.Ticker == "SBER");
        Assert.Equal(("BBG004730N88", "e6123145-9665-43e0-8413-cd61b8aa9b13", true), (sber.Figi, sber.Uid, sber.WeekendFlag));
        Assert.Equal(SecurityTradingStatus.NormalTrading, sber.TradingStatus);
        Assert.Equal(all.Count, all.Select(share => share.Uid).Distinct().Count());
        Assert.Equal(all.Count, all.Select(share => share.Figi).Distinct().Count());
    }

    [Fact]
    public async Task An_instrument_is_found_by_every_identifier()
    {
        await using var simulator = await MarketSimulator.StartAsync(new SimulatorOptions { Start = Noon });
        using var probe = new ApiProbe(simulator.Endpoint);
        var gazp = simulator.Market.Share("GAZP");

        var ids = new[] { (InstrumentIdType.Figi, gazp.Figi.Value), (InstrumentIdType.Uid, gazp.Uid), (InstrumentIdType.Ticker, "GAZP") };
        foreach (var (type, id) in ids)
        {
            var request = new InstrumentRequest { IdType = type, Id = id, ClassCode = "TQBR" };
            Assert.Equal(gazp.Uid, (await probe.CallAsync(ApiMethods.ShareBy, request)).Instrument.Uid);
            Assert.Equal(gazp.Lot, (await probe.CallAsync(ApiMethods.GetInstrumentBy, request)).Instrument.Lot);
        }
        var found = (await probe.CallAsync(ApiMethods.FindInstrument, new FindInstrumentRequest { Query = "SBER" })).Instruments;
        Assert.Contains(found, one => one is { Ticker: "SBER", ClassCode: "TQBR", ApiTradeAvailableFlag: true });
        Assert.Contains(found, one => one is { Ticker: "SBER", ClassCode: "SMAL", ApiTradeAvailableFlag: false });
        Assert.Contains(found, one => one.Ticker == "SBERP");
        var prices = await probe.CallAsync(ApiMethods.GetLastPrices, new GetLastPricesRequest { InstrumentId = { "GAZP_TQBR", gazp.Uid } });
        Assert.All(prices.LastPrices, price => Assert.Equal(gazp.Figi.Value, price.Figi));
        Assert.Equal(2, prices.LastPrices.Count);
    }

    [Fact]
    public async Task Schedules_tell_the_sessions_of_today_and_later()
    {
        await using var simulator = await MarketSimulator.StartAsync(new SimulatorOptions { Start = Noon });
        using var probe = new ApiProbe(simulator.Endpoint);

        var reply = await probe.CallAsync(
            ApiMethods.TradingSchedules, new TradingSchedulesRequest { From = Noon.ToTimestamp(), To = Noon.AddDays(7).ToTimestamp() });

        Assert.Equal(ExchangeSchedule.Exchanges, reply.Exchanges.Select(schedule => schedule.Exchange));
        foreach (var schedule in reply.Exchanges)
        {
            Assert.Equal(8, schedule.Days.Count);
            foreach (var day in schedule.Days)
            {
                var sessions = ExchangeSchedule.Sessions(schedule.Exchange, DateOnly.FromDateTime(day.Date.ToDateTime()));
                Assert.Equal(sessions.Count > 0, day.IsTradingDay);
                Assert.Equal(
                    sessions.Select(session => (session.Start, session.End)),
                    day.Intervals.Select(one => (one.Interval.StartTs.ToDateTimeOffset(), one.Interval.EndTs.ToDateTimeOffset())));
            }
        }
        Assert.Contains(reply.Exchanges[0].Days, day => day.Date.ToDateTime().DayOfWeek == DayOfWeek.Saturday && day.IsTradingDay);
        Assert.Contains(reply.Exchanges[1].Days, day => day.Date.ToDateTime().DayOfWeek == DayOfWeek.Saturday && !day.IsTradingDay);
        var past = new TradingSchedulesRequest { From = Noon.AddDays(-1).ToTimestamp() };
        Assert.Equal(30003, (await probe.AskAsync(ApiMethods.TradingSchedules, past)).Status.ApiCode);
        var nowhere = new TradingSchedulesRequest { Exchange = "NOWHERE" };
        Assert.Equal(50001, (await probe.AskAsync(ApiMethods.TradingSchedules, nowhere)).Status.ApiCode);
    }

    [Fact]
    public async Task Errors_carry_the_code_of_the_API_a_text_and_a_tracking_id()
    {
        await using var simulator = await MarketSimulator.StartAsync(new SimulatorOptions { Start = Noon });
        using var probe = new ApiProbe(simulator.Endpoint);

        var answer = await probe.AskAsync(ApiMethods.ShareBy, new InstrumentRequest { IdType = InstrumentIdType.Figi, Id = "BBG000000000" });

        Assert.Equal(StatusCode.NotFound, answer.Status.Code);
        Assert.Equal(50002, answer.Status.ApiCode);
        Assert.Equal("instrument not found", answer.Status.Text);
        Assert.Equal(32, answer.Headers.GetValue("x-tracking-id")?.Length);
        Assert.Equal("200, 200;w=60", answer.Headers.GetValue("x-ratelimit-limit"));
        Assert.Equal("199", answer.Headers.GetValue("x-ratelimit-remaining"));
        var unknown = await probe.AskAsync(ApiMethods.GetOrderBook, new GetTradingStatusRequest());
        Assert.Equal((StatusCode.Unimplemented, 12001), (unknown.Status.Code, unknown.Status.ApiCode));
    }

    [Fact]
    public async Task A_wrong_or_missing_token_is_refused_where_tokens_are_set()
    {
        await using var simulator = await MarketSimulator.StartAsync(
            new SimulatorOptions { Start = Noon, Tokens = new HashSet<string> { "t.right" } });
        foreach (var token in new[] { "t.wrong", "" })
        {
            using var stranger = new ApiProbe(simulator.Endpoint, token);
            var answer = await stranger.AskAsync(ApiMethods.GetUserTariff, new GetUserTariffRequest());
            Assert.Equal((StatusCode.Unauthenticated, 40003), (answer.Status.Code, answer.Status.ApiCode));
        }
        using var probe = new ApiProbe(simulator.Endpoint, "t.right");

        var tariff = await probe.CallAsync(ApiMethods.GetUserTariff, new GetUserTariffRequest());

        Assert.Equal(32, tariff.StreamLimits[0].Limit);
        Assert.Equal(0, tariff.StreamLimits[0].Open);
        Assert.Contains(tariff.UnaryLimits, limit => limit.LimitPerMinute == 600 && limit.Methods.Contains(ApiMethods.GetCandles.FullName[1..]));
    }

    [Fact]
    public async Task A_spent_quota_is_told_with_the_time_of_its_return()
    {
        await using var simulator = await MarketSimulator.StartAsync(
            new SimulatorOptions { Start = Noon, Speed = 0.01, Quotas = new ApiQuotas { MarketDataPerMinute = 3 } });
        using var probe = new ApiProbe(simulator.Endpoint);
        var request = new GetTradingStatusRequest { InstrumentId = "SBER_TQBR" };
        for (var call = 0; call < 3; call++)
            await probe.CallAsync(ApiMethods.GetTradingStatus, request);

        var answer = await probe.AskAsync(ApiMethods.GetTradingStatus, request);

        Assert.Equal((StatusCode.ResourceExhausted, 80002), (answer.Status.Code, answer.Status.ApiCode));
        Assert.Equal("3, 3;w=60", answer.Headers.GetValue("x-ratelimit-limit"));
        Assert.Equal("0", answer.Headers.GetValue("x-ratelimit-remaining"));
        Assert.Equal("30", answer.Headers.GetValue("x-ratelimit-reset"));
    }

    [Fact]
    public async Task With_a_certificate_the_API_is_served_over_TLS()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(100));
        await using var simulator = await MarketSimulator.StartAsync(new SimulatorOptions { Start = Noon, Certificate = certificate });
        using var handler = new SocketsHttpHandler();
        handler.SslOptions.RemoteCertificateValidationCallback = (_, seen, _, _) => seen?.GetCertHashString() == certificate.GetCertHashString();
        using var probe = new ApiProbe(simulator.Endpoint, handler: handler);

        var tariff = await probe.CallAsync(ApiMethods.GetUserTariff, new GetUserTariffRequest());

        Assert.Equal("https", simulator.Endpoint.Scheme);
        Assert.NotEmpty(tariff.StreamLimits);
    }
}
