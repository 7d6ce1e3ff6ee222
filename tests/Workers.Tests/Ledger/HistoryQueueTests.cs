using StockPipeline.Contracts.Keys;
using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;
using StockPipeline.Workers.Ledger;

namespace StockPipeline.WorkersTests.Ledger;

public sealed class HistoryQueueTests
{
    private static readonly SeriesKey Series = new(Sample.Sber, Interval.OneMinute);

    private readonly HistoryQueue queue = new();
    private readonly SeriesLedger ledger = new();

    [Fact]
    public void A_task_waits_until_the_group_has_committed_what_lies_behind_it()
    {
        Add(5, hours: 1);
        Add(7, hours: 1);
        var before = ledger.Version;

        queue.Committed(0, 5, Sample.Noon, Dequeue);
        Assert.Equal((2, true), (queue.Tasks, ledger.IsAskedFrom(Minutes.Of(Sample.Noon))));
        queue.Committed(0, 6, Sample.Noon, Dequeue);
        Assert.Equal((1, true), (queue.Tasks, ledger.IsAskedFrom(Minutes.Of(Sample.Noon))));
        queue.Committed(0, 8, Sample.Noon, Dequeue);

        Assert.Equal((0, false), (queue.Tasks, ledger.IsAskedFrom(Minutes.Of(Sample.Noon))));
        Assert.True(ledger.Version > before);
    }

    [Fact]
    public void What_nobody_waits_for_in_the_ledger_brings_its_candles_and_answers_nothing()
    {
        Add(1, hours: 2, HistoryReason.Request);

        Assert.False(ledger.IsAskedFrom(Minutes.Of(Sample.Noon)));
        Assert.True(ledger.WillBring(Minutes.Of(Sample.Noon) + 5, Minutes.Of(Sample.Noon) + 60));
        Assert.False(ledger.WillBring(Minutes.Of(Sample.Noon) + 5, Minutes.Of(Sample.Noon) + 121));
    }

    [Fact]
    public void The_time_left_follows_from_the_requests_that_wait_and_the_pace_of_the_last_minutes()
    {
        Assert.Equal(TimeSpan.Zero, queue.Left(Sample.Noon));
        for (var offset = 0; offset < 100; offset++)
            Add(offset, hours: 30);
        Assert.Equal(200, queue.Calls);
        Assert.Null(queue.Left(Sample.Noon));

        for (var second = 0; second <= 20; second++)
            queue.Committed(0, second + 1, Sample.Noon.AddSeconds(second), Dequeue);

        Assert.Equal(79, queue.Left(Sample.Noon.AddSeconds(20))!.Value.TotalSeconds, 1.0);
        Assert.Equal(158, queue.Left(Sample.Noon.AddSeconds(40))!.Value.TotalSeconds, 1.0);
        Assert.Null(queue.Left(Sample.Noon.AddMinutes(10)));
    }

    [Fact]
    public void A_partition_that_begins_anew_forgets_what_waited_in_it()
    {
        Add(1, hours: 1);

        queue.Clear(0);

        Assert.Equal((0, 0L), (queue.Tasks, queue.Calls));
        queue.Committed(0, 10, Sample.Noon, Dequeue);
    }

    [Fact]
    public void One_past_the_limit_the_oldest_is_taken_for_done()
    {
        for (var offset = 0; offset <= HistoryQueue.MaxWaiting; offset++)
            queue.Add(0, Series, new WaitingTask(offset, 0, 1, HistoryReason.Gap, Calls: 1), (_, done) => Assert.Equal(0, done));

        Assert.Equal(HistoryQueue.MaxWaiting, queue.Tasks);
    }

    private void Add(long offset, int hours, HistoryReason reason = HistoryReason.Lack)
    {
        var task = HistoryQueue.Of(
            new HistoryTask
            {
                Figi = Series.Figi, Interval = Series.Interval, From = Sample.Noon, To = Sample.Noon.AddHours(hours), Reason = reason, Attempt = 1,
                Id = Guid.Empty,
            },
            offset);
        ledger.Enqueue(task);
        queue.Add(0, Series, task, Dequeue);
    }

    private void Dequeue(SeriesKey series, long offset) => ledger.Dequeue(offset);
}
