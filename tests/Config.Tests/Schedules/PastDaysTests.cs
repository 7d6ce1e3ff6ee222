using Microsoft.Extensions.Logging.Abstractions;
using StockPipeline.Calendar;
using StockPipeline.Config.Schedules;
using StockPipeline.Config.Tickers;
using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;
using StockPipeline.Market.Api;
using StockPipeline.Market.History;
using StockPipeline.Market.Limits;
using StockPipeline.Simulator;
using StockPipeline.Testing;
using Xunit.Abstractions;
using KnownSchedule = StockPipeline.Calendar.ExchangeSchedule;
using ExchangeSchedule = StockPipeline.Simulator.Market.ExchangeSchedule;

namespace StockPipeline.ConfigTests.Schedules;

/// <summary>
/// The past that nobody tells, beside the truth: a candle in no slot of the calendar could be lost and nobody would ask for it.
/// </summary>
public sealed class PastDaysTests(ITestOutputHelper output)
{
    private static readonly DateTimeOffset Midnight = new(2025, 6, 11, 0, 0, 0, TimeSpan.Zero);

    /// <summary>With holidays and an early close among them.</summary>
    private const int Days = 45;

    /// <summary>So many shares, each time others.</summary>
    private const int LookedAt = 30;

    /// <summary>How far back candles are looked at; those of minutes are not kept for longer.</summary>
    private static readonly (Interval Interval, int Days)[] Kept = [(Interval.OneMinute, 20), (Interval.FiveMinutes, Days), (Interval.OneDay, Days)];

    [Fact]
    public async Task Every_slot_in_which_any_share_traded_is_in_the_inferred_calendar()
    {
        var seed = Seed.Next(output.WriteLine);
        await using var simulator = await MarketSimulator.StartAsync(new SimulatorOptions { Seed = seed, Start = Midnight.AddHours(12) });
        using var api = new InvestApiClient(
            new InvestApiOptions { Host = simulator.Endpoint.ToString(), AllowPlainHttp = true }, new InProcessQuota(simulator.Clock),
            NullLogger<InvestApiClient>.Instance);
        var reader = new ScheduleReader(
            api, new CandleHistory(api, simulator.Clock, NullLogger<CandleHistory>.Instance), simulator.Clock, NullLogger.Instance);
        var shares = new ShareList(api, NullLogger.Instance);
        await shares.RefreshAsync(default);
        var coming = await reader.ComingAsync(ExchangeSchedule.Exchanges.ToHashSet(), default);
        var calendar = TradingCalendar.Empty.With(coming);

        foreach (var exchange in ExchangeSchedule.Exchanges)
            calendar = calendar.With(await reader.PastAsync(exchange, shares, calendar.Of(exchange), Days, default));

        var followed = shares.Liquid.Concat(shares.Illiquid).Where(share => calendar.Exchanges.Contains(share.Exchange)).ToArray();
        new Random(seed).Shuffle(followed);
        followed = followed[..LookedAt];
        Assert.Empty(followed.SelectMany(share => Overlooked(simulator, calendar.Of(share), share)));
        Assert.Empty(ExchangeSchedule.Exchanges.SelectMany(exchange => Different(calendar.Of(exchange))));
    }

    private static IEnumerable<string> Overlooked(MarketSimulator simulator, KnownSchedule schedule, Instrument share) =>
        from kept in Kept
        from candle in simulator.Market.Candles(share.Figi, kept.Interval, Midnight.AddDays(-kept.Days), Midnight)
        where schedule.HasTrading(kept.Interval, candle.OpenTime) != true
        select $"{share.Ticker} {kept.Interval} {candle.OpenTime:u}";

    /// <summary>Liquid shares trade in every session, so that nothing stands in the calendar that never was.</summary>
    private static IEnumerable<string> Different(KnownSchedule schedule) =>
        from date in Enumerable.Range(1, Days).Select(back => DateOnly.FromDateTime(Midnight.UtcDateTime).AddDays(-back))
        let truth = ExchangeSchedule.Sessions(schedule.Exchange, date)
        where schedule.DayOf(date) is not { } day || !day.Sessions.SequenceEqual(truth)
        select $"{schedule.Exchange} {date:O} had {string.Join(", ", truth)}, not {string.Join(", ", schedule.DayOf(date)?.Sessions ?? [])}";
}
