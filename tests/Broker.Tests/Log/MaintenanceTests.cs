using StockPipeline.Broker.Log;
using StockPipeline.Broker.Protocol;
using StockPipeline.Testing;

namespace StockPipeline.BrokerTests.Log;

public sealed class MaintenanceTests : IDisposable
{
    private const int UpkeepFailed = 2110;

    private readonly Said said = new();
    private readonly LogFolder folder;

    public MaintenanceTests()
    {
        folder = new LogFolder(new LogSettings { SegmentBytes = 500, RetentionMs = 5_000 }).WithLogger(said);
        folder.Environment = folder.Environment with { Flush = FlushPolicy.Interval };
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task The_loops_flush_compact_and_delete_in_their_time_and_stop_when_asked()
    {
        var log = folder.Open();
        using var stop = new CancellationTokenSource();
        var running = Maintenance(log).RunAsync(stop.Token);
        for (var number = 0; number < 50; number++)
            LogFolder.Append(log, $"{number}");

        folder.Clock.Advance(TimeSpan.FromSeconds(1));
        await Eventually.TrueAsync(() => folder.Disk.Flushes > 0);
        for (var second = 0; second < 40; second++)
        {
            await Eventually.TrueAsync(() => folder.Clock.Waiting >= 2);
            folder.Clock.Advance(TimeSpan.FromSeconds(1));
        }
        await Eventually.TrueAsync(() => log.StartOffset == 50);

        await stop.CancelAsync();
        await running.WaitAsync(Eventually.Patience, TimeProvider.System);
        log.Close();
    }

    [Fact]
    public void A_disk_that_refuses_is_said_once_and_tried_again()
    {
        var log = folder.Open();
        var maintenance = Maintenance(log);
        LogFolder.Append(log, "a");
        folder.Disk.LimitWrite = (path, _) => path.EndsWith(".tmp", StringComparison.Ordinal) ? 0 : null;
        for (var turn = 0; turn < 3; turn++)
        {
            folder.Clock.Advance(LogUpkeep.MaxUnsavedTime);
            maintenance.FlushDue(CancellationToken.None);
        }
        Assert.Equal(1, said.Count(UpkeepFailed));

        folder.Disk.LimitWrite = (_, _) => null;
        folder.Clock.Advance(LogUpkeep.MaxUnsavedTime);
        maintenance.FlushDue(CancellationToken.None);

        Assert.NotEmpty(folder.Files("checkpoint"));
        log.Close();
    }

    [Fact]
    public async Task The_death_of_a_loop_ends_all_of_it_with_the_failure()
    {
        var log = folder.Open();
        LogFolder.Append(log, "a");
        var running = Maintenance(log).RunAsync(CancellationToken.None);
        folder.Disk.FailFlush = _ => throw new InvalidOperationException("A fault nobody foresaw.");

        folder.Clock.Advance(TimeSpan.FromSeconds(1));

        await Assert.ThrowsAsync<InvalidOperationException>(() => running.WaitAsync(Eventually.Patience, TimeProvider.System));
    }

    [Fact]
    public void A_log_deleted_under_the_work_is_no_failure()
    {
        var log = folder.Open();
        var maintenance = Maintenance(log);
        LogFolder.Append(log, "a");
        log.Abandon(ErrorCode.UnknownTopicOrPartition);
        Directory.Delete(folder.Path, recursive: true);
        folder.Clock.Advance(TimeSpan.FromHours(1));

        maintenance.FlushDue(CancellationToken.None);
        maintenance.CleanDue(CancellationToken.None);

        Assert.Equal(0, said.Count(UpkeepFailed));
    }

    [Fact]
    public void A_segment_closes_by_its_age_where_nothing_more_comes_and_what_is_in_it_is_compacted()
    {
        folder.Settings = new LogSettings { Compact = true, Delete = false, SegmentMs = 60_000 };
        var log = folder.Open();
        for (var number = 0; number < 50; number++)
            LogFolder.Append(log, new Batch { Time = 1_000 }.Add("k", $"{number}").Bytes());
        var maintenance = Maintenance(log);

        folder.Clock.Advance(TimeSpan.FromMilliseconds(60_000));
        maintenance.CleanDue(CancellationToken.None);
        Assert.Equal(50, LogFolder.Read(log).Count);
        folder.Clock.Advance(TimeSpan.FromMilliseconds(1));
        maintenance.CleanDue(CancellationToken.None);

        Assert.Equal("49", Assert.Single(LogFolder.Read(log)).Value);
        Assert.Equal((0, 50), (log.StartOffset, log.EndOffset));
        folder.Clock.Advance(TimeSpan.FromDays(1));
        maintenance.CleanDue(CancellationToken.None);
        Assert.Equal(2, folder.Files(".log").Length);
        folder.Disk.LosePower(zeros: false);
        log = folder.Reopen();
        Assert.Equal((0, 50), (log.StartOffset, log.EndOffset));
        Assert.Equal("49", Assert.Single(LogFolder.Read(log)).Value);
        log.Close();
    }

    [Fact]
    public void Compaction_stops_for_this_turn_when_it_has_done_its_share()
    {
        folder.Settings = new LogSettings { Compact = true, Delete = false, SegmentBytes = 500 };
        folder.Environment = folder.Environment with { MaxCleanedPerTurn = 1 };
        using var other = new LogFolder(folder.Settings);
        PartitionLog[] logs = [folder.Open(), other.Open()];
        foreach (var log in logs)
        {
            for (var number = 0; number < 50; number++)
                LogFolder.Append(log, $"{number}");
        }
        var maintenance = new LogMaintenance(() => logs, folder.Environment, TimeSpan.FromSeconds(15), TimeSpan.FromHours(1));
        int Compacted() => logs.Count(log => LogFolder.Read(log).Count < 20);

        maintenance.CleanDue(CancellationToken.None);
        Assert.Equal(1, Compacted());
        maintenance.CleanDue(CancellationToken.None);

        Assert.Equal(2, Compacted());
        Array.ForEach(logs, log => log.Close());
    }

    private LogMaintenance Maintenance(PartitionLog log) =>
        new(() => [log], folder.Environment, cleaningInterval: TimeSpan.FromSeconds(15), retentionInterval: TimeSpan.FromSeconds(30));
}
