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
        await running.WaitAsync(TimeSpan.FromSeconds(10), TimeProvider.System);
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

        await Assert.ThrowsAsync<InvalidOperationException>(() => running.WaitAsync(TimeSpan.FromSeconds(10), TimeProvider.System));
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

    private LogMaintenance Maintenance(PartitionLog log) =>
        new(() => [log], folder.Environment, cleaningInterval: TimeSpan.FromSeconds(15), retentionInterval: TimeSpan.FromSeconds(30));
}
