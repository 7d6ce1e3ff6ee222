using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;
using StockPipeline.Gaps;
using StockPipeline.Gaps.Finding;
using StockPipeline.Workers.Ledger;

namespace StockPipeline.GapsTests;

public sealed class AuditTests
{
    private static readonly Interval Minute = Interval.OneMinute;
    private static readonly DateTimeOffset Open = new(2025, 6, 11, 7, 0, 0, TimeSpan.Zero);

    private static readonly GapsSettings Settings =
        new(Minute, TimeSpan.FromSeconds(60), TimeSpan.FromHours(1), ReaskPause.Usual, TimeSpan.FromDays(60));

    [Fact]
    public void What_the_stream_has_said_is_asked_once_and_what_history_has_said_is_not()
    {
        var audit = new Audit(Sample.Figi, Settings);
        var tasks = new List<HistoryTask>();

        for (var minute = 0; minute < 10 * 60; minute++)
        {
            audit.Take(Candle(minute, CandleSource.Stream));
            if (Due(audit, minute) is not { } task)
                continue;
            tasks.Add(task);
            for (var open = task.From; open < task.To; open += Minute.Length)
                audit.Take(Candle((int)(open - Open).TotalMinutes, CandleSource.History));
        }

        Assert.InRange(tasks.Count, 9, 10);
        Assert.Equal(Open, tasks[0].From);
        Assert.All(tasks.Zip(tasks.Skip(1)), pair => Assert.Equal(pair.First.To, pair.Second.From));
        Assert.All(tasks, task => Assert.Equal(HistoryReason.Audit, task.Reason));
    }

    [Fact]
    public void A_worker_that_was_away_over_night_audits_what_it_had_left()
    {
        var after = new Audit(Sample.Figi, Settings);
        for (var minute = 0; minute < 60; minute++)
            after.Take(Candle(minute, minute < 40 ? CandleSource.History : CandleSource.Stream));
        const int nextDay = 24 * 60;

        var task = Enumerable.Range(nextDay, 120).Select(minute => Due(after, minute)).OfType<HistoryTask>().First();

        Assert.Equal((Open.AddMinutes(40), Open.AddMinutes(60)), (task.From, task.To));
    }

    [Fact]
    public void A_correction_after_its_audit_is_audited_again()
    {
        var audit = new Audit(Sample.Figi, Settings);
        audit.Take(Candle(5, CandleSource.History));
        audit.Take(Candle(5, CandleSource.Stream));

        Assert.Single(Enumerable.Range(60, 61).Select(minute => Due(audit, minute)).OfType<HistoryTask>());
    }

    [Fact]
    public void A_candle_that_history_does_not_know_is_let_be_after_some_tries()
    {
        var audit = new Audit(Sample.Figi, Settings);
        audit.Take(Candle(0, CandleSource.Stream));

        var tasks = Enumerable.Range(10, 20 * 60).Select(minute => Due(audit, minute)).OfType<HistoryTask>();

        Assert.Equal(Audit.MostTries, tasks.Count());
    }

    [Fact]
    public void Two_stray_candles_weeks_apart_are_two_questions_and_what_lies_between_them_is_not_fetched()
    {
        var audit = new Audit(Sample.Figi, Settings);
        const int threeWeeks = 21 * 24 * 60;
        foreach (var minute in (int[])[0, 30, threeWeeks])
            audit.Take(Candle(minute, CandleSource.Stream));

        var tasks = Enumerable.Range(threeWeeks + 10, 61).SelectMany(minute => audit.Due(Open.AddMinutes(minute), Guid.NewGuid)).ToList();

        Assert.Equal(
            [(Open, Open.AddMinutes(31)), (Open.AddMinutes(threeWeeks), Open.AddMinutes(threeWeeks + 1))],
            tasks.Select(task => (task.From, task.To)));
    }

    [Fact]
    public void Two_hundred_and_fifty_instruments_are_spread_over_the_period()
    {
        var audits = Enumerable.Range(0, 250).Select(number => new Audit(new Figi($"BBG{number:D9}"), Settings)).ToList();
        audits.ForEach(audit => audit.Take(Candle(0, CandleSource.Stream)));

        var byMinute = Enumerable.Range(10, 61).Select(minute => audits.Count(audit => Due(audit, minute) is not null)).ToList();

        Assert.Equal(250, byMinute.Sum());
        Assert.InRange(byMinute.Max(), 1, 15);
    }

    [Fact]
    public void No_audits_are_asked_where_they_are_switched_off()
    {
        var audit = new Audit(Sample.Figi, Settings with { AuditEvery = TimeSpan.Zero });
        audit.Take(Candle(0, CandleSource.Stream));

        Assert.All(Enumerable.Range(10, 600), minute => Assert.Null(Due(audit, minute)));
    }

    private static HistoryTask? Due(Audit audit, int minute) => audit.Due(Open.AddMinutes(minute), Guid.NewGuid).SingleOrDefault();

    private static Candle Candle(int minute, CandleSource source) => new()
    {
        Figi = Sample.Figi, OpenTime = Open.AddMinutes(minute), Open = Price.Parse("1"), High = Price.Parse("1"), Low = Price.Parse("1"),
        Close = Price.Parse("1"), Volume = 1, Final = true, Source = source,
    };
}
