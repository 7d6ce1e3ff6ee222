using StockPipeline.Calendar;
using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;
using StockPipeline.Gaps;
using StockPipeline.Gaps.Finding;
using StockPipeline.Workers.Asking;
using StockPipeline.Workers.Ledger;

namespace StockPipeline.GapsTests;

public sealed class InstrumentGapsTests
{
    private static readonly DateTimeOffset Open = new(2025, 5, 5, 7, 0, 0, TimeSpan.Zero);
    private static readonly GapsSettings Settings =
        new(Interval.OneMinute, TimeSpan.FromSeconds(60), TimeSpan.FromHours(1), ReaskPause.Usual, TimeSpan.FromDays(21));

    private readonly ExchangeSchedule schedule = TradingCalendar.Empty.With([Day(Open), Day(Open.AddDays(2))]).Of("exchange");
    private readonly SeriesLedger ledger = new();
    private readonly InstrumentGaps gaps;

    public InstrumentGapsTests() => gaps = new InstrumentGaps(Sample.Figi, Settings, ledger, Guid.NewGuid);

    [Fact]
    public void Hole_is_suspected_when_it_has_settled_and_requested_after_the_grace()
    {
        Take(0, 1, 4);

        Assert.Empty(At(3.9));
        var suspected = Assert.Single(At(5));
        Assert.Equal((GapState.Suspected, Open.AddMinutes(2), 2), (suspected.Entry!.State, suspected.Entry.From, suspected.Entry.Missing));
        Assert.Null(suspected.Task);
        Assert.Empty(At(5.9));
        var requested = Assert.Single(At(6), step => step.Task is not null);
        Assert.Equal((GapState.Requested, 1), (requested.Entry!.State, requested.Entry.Attempts));
        Assert.Equal((Open.AddMinutes(2), HistoryReason.Gap), (requested.Task!.From, requested.Task.Reason));
    }

    [Fact]
    public void What_a_source_of_days_has_not_told_yet_is_no_hole_and_is_looked_for_once_it_could_have_told_it()
    {
        var share = Sample.Instrument with { EndOfDay = true };
        Take(0, 1, 4);
        var (noon, night) = (Open.AddHours(5), new DateTimeOffset(Open.UtcDateTime.Date, TimeSpan.Zero).AddHours(26));

        Assert.Empty(At((noon - Open).TotalMinutes, share.ToldUntil(noon)));
        Assert.Empty(At((night - Open).TotalMinutes - 1, share.ToldUntil(night.AddMinutes(-1))));
        var suspected = At((night - Open).TotalMinutes, share.ToldUntil(night));

        Assert.Equal(Open.AddMinutes(2), Assert.Single(suspected).Entry!.From);
    }

    [Fact]
    public void What_was_asked_of_a_day_before_its_source_told_of_days_only_is_taken_back()
    {
        var share = Sample.Instrument with { EndOfDay = true };
        Take(0, 1, 4);
        At(5);
        Assert.Single(At(6), step => step.Task is not null);
        var noon = Open.AddHours(5);

        var step = Assert.Single(At((noon - Open).TotalMinutes, share.ToldUntil(noon)));

        Assert.Null(step.Entry);
    }

    [Fact]
    public void Hole_that_closes_by_itself_is_filled_and_nothing_is_asked()
    {
        Take(0, 2);
        At(3);
        Take(1);

        var filled = Assert.Single(At(3.5));

        Assert.Equal((GapState.Filled, 0, Open.AddMinutes(2)), (filled.Entry!.State, filled.Entry.Missing, filled.Entry.To));
        Assert.Null(filled.Task);
    }

    [Fact]
    public void What_waits_for_history_is_not_asked_again_until_history_has_come_to_it()
    {
        Take([0, 1, .. Enumerable.Range(4, 20)]);
        At(5);
        var requested = Assert.Single(At(6), step => step.Task is not null).Task!;
        ledger.Enqueue(HistoryQueue.Of(requested, offset: 7));

        Assert.Empty(At(20));
        ledger.Dequeue(7);

        Assert.Equal(2, Assert.Single(At(21), step => step.Task is not null).Task!.Attempt);
    }

    [Fact]
    public void What_somebody_else_has_just_asked_for_is_left_to_them_and_what_they_audit_is_not()
    {
        Take(0, 1, 4, 5, 6, 9);
        ledger.Enqueue(HistoryQueue.Of(Asked(2, 4, HistoryReason.Request), offset: 1));
        ledger.Enqueue(HistoryQueue.Of(Asked(5, 9, HistoryReason.Audit), offset: 2));

        At(11);
        var asked = Assert.Single(At(13), step => step.Task is not null).Task!;
        Assert.Equal(Open.AddMinutes(7), asked.From);

        static HistoryTask Asked(int from, int to, HistoryReason reason) => new()
        {
            Figi = Sample.Figi, Interval = Interval.OneMinute, From = Open.AddMinutes(from), To = Open.AddMinutes(to), Reason = reason, Attempt = 1,
            Id = Guid.Empty,
        };
    }

    [Fact]
    public void Nothing_is_missing_before_the_first_candle_and_on_unknown_days()
    {
        Take(595, 596, 597, 598, 599);

        Assert.Empty(At(24 * 60));
        Assert.Empty(At(40 * 60));
    }

    [Fact]
    public void Unanswered_request_is_asked_again_with_growing_pauses_and_what_has_grown_at_its_end()
    {
        Take(0);
        var asked = Enumerable.Range(1, 300).SelectMany(minute => At(minute)).Where(step => step.Task is not null).ToList();

        Assert.All(asked, step => Assert.Equal(Open.AddMinutes(1), step.Task!.From));
        Assert.Equal(Enumerable.Range(1, asked.Count), asked.Select(step => step.Task!.Attempt));
        Assert.InRange(asked.Count, 5, 15);
        var times = asked.Select(step => step.Entry!.UpdatedAt).ToList();
        Assert.True(times[3] - times[2] > times[1] - times[0]);
        Assert.True(asked[^1].Task!.To > asked[0].Task!.To);
    }

    [Theory]
    [InlineData(GapState.Filled)]
    [InlineData(GapState.Empty)]
    [InlineData(GapState.Lost)]
    public void Answered_range_is_never_asked_again(GapState answer)
    {
        Take(0, 5);
        ledger.Read(Sample.Gap(Open.AddMinutes(1), Open.AddMinutes(5), answer, 1, Open), Open);

        Assert.Empty(At(7).Concat(At(7.5)));
    }

    [Fact]
    public void Proof_that_is_shorter_than_the_question_leaves_the_rest_open()
    {
        Take(0, 9);
        ledger.Read(Sample.Gap(Open.AddMinutes(1), Open.AddMinutes(5), GapState.Empty, 1, Open), Open);

        var rest = Assert.Single(At(10.5));

        Assert.Equal((Open.AddMinutes(5), Open.AddMinutes(9)), (rest.Entry!.From, rest.Entry.To));
    }

    [Fact]
    public void Entries_older_than_the_candles_that_are_kept_leave_the_ledger()
    {
        ledger.Read(Sample.Gap(Open, Open.AddMinutes(5), GapState.Empty, 1, Open), Open);

        var steps = At(22 * 24 * 60);

        var tombstone = Assert.Single(steps);
        Assert.Null(tombstone.Entry);
        Assert.Equal(Open, tombstone.Key.From);
    }

    [Fact]
    public void Own_older_words_read_back_change_nothing()
    {
        Take(0, 2);
        var suspected = Assert.Single(At(4)).Entry!;
        At(5);
        ledger.Read(suspected, Open.AddMinutes(5));

        Assert.Equal(GapState.Requested, Assert.Single(ledger.Open).Gap.State);
    }

    private static TradingDay Day(DateTimeOffset open) => new()
    {
        Date = DateOnly.FromDateTime(open.UtcDateTime), Exchange = "exchange", Sessions = [new TradingSession(SessionKind.Main, open,
            open.AddHours(10))],
    };

    private void Take(params int[] minutes)
    {
        foreach (var minute in minutes)
            gaps.Take(Open.AddMinutes(minute));
    }

    private List<LedgerStep> At(double minutes, DateTimeOffset? told = null)
    {
        var (now, steps) = (Open.AddMinutes(minutes), new List<LedgerStep>());
        gaps.Evaluate(new Moment(now, now), schedule, null, told ?? now, steps);
        return steps;
    }
}
