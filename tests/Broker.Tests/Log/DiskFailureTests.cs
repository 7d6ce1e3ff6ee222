using StockPipeline.Broker.Log;
using StockPipeline.Broker.Protocol;

namespace StockPipeline.BrokerTests.Log;

public sealed class DiskFailureTests : IDisposable
{
    private const int WriteFailed = 2103;
    private const int FlushFailed = 2104;
    private const int SearchFailed = 2113;

    private readonly Said said = new();
    private readonly LogFolder folder;

    public DiskFailureTests()
    {
        folder = new LogFolder().WithLogger(said);
    }

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(65)]
    public void A_full_disk_answers_with_a_storage_error_and_leaves_no_trace(int written)
    {
        var log = folder.Open();
        LogFolder.Append(log, "before");
        var length = new FileInfo(folder.Files(".log")[0]).Length;
        folder.Disk.LimitWrite = (_, _) => written;

        Assert.Equal(ErrorCode.KafkaStorageError, log.Append(Batch.Of("lost")).Error);
        Assert.Equal(ErrorCode.KafkaStorageError, log.Append(Batch.Of("lost")).Error);

        Assert.Equal(length, new FileInfo(folder.Files(".log")[0]).Length);
        Assert.Equal(1, said.Count(WriteFailed));
        Assert.Equal(1, log.EndOffset);
        folder.Disk.LimitWrite = (_, _) => null;
        Assert.Equal(1, LogFolder.Append(log, "after"));
        Assert.Equal(["before", "after"], LogFolder.Read(log).Select(record => record.Value));
    }

    [Fact]
    public void When_even_cutting_back_fails_the_next_append_cuts_first()
    {
        var log = folder.Open();
        LogFolder.Append(log, "before");
        folder.Disk.LimitWrite = (_, _) => 50;
        folder.Disk.FailSetLength = _ => true;
        Assert.Equal(ErrorCode.KafkaStorageError, log.Append(Batch.Of("lost")).Error);
        folder.Disk.LimitWrite = (_, _) => null;
        Assert.Equal(ErrorCode.KafkaStorageError, log.Append(Batch.Of("lost")).Error);
        folder.Disk.FailSetLength = _ => false;

        LogFolder.Append(log, "after");
        folder.Disk.Revive();

        Assert.Equal(["before", "after"], LogFolder.Read(folder.Reopen()).Select(record => record.Value));
    }

    [Fact]
    public void A_segment_that_cannot_be_begun_leaves_the_old_one_in_use()
    {
        folder.Settings = new LogSettings { SegmentBytes = 100 };
        var log = folder.Open();
        LogFolder.Append(log, "before");
        folder.Disk.FailSetLength = path => path.EndsWith("00001.log", StringComparison.Ordinal);
        Assert.Equal(ErrorCode.KafkaStorageError, log.Append(Batch.Of("lost")).Error);
        folder.Disk.FailSetLength = _ => false;

        Assert.Equal(1, LogFolder.Append(log, "after"));
        Assert.Equal(["before", "after"], LogFolder.Read(log).Select(record => record.Value));
    }

    [Fact]
    public void A_failed_append_does_not_count_as_the_producer_s_last()
    {
        var log = folder.Open();
        byte[] Numbered(int sequence) => new Batch { ProducerId = 1, ProducerEpoch = 0, Sequence = sequence }.Add("k", "v").Bytes();
        LogFolder.Append(log, Numbered(0));
        folder.Disk.LimitWrite = (_, _) => 3;
        Assert.Equal(ErrorCode.KafkaStorageError, log.Append(Numbered(1)).Error);
        folder.Disk.LimitWrite = (_, _) => null;

        Assert.Equal(1, LogFolder.Append(log, Numbered(1)));
        Assert.Equal(2, log.EndOffset);
    }

    [Fact]
    public void After_a_failed_flush_nothing_more_is_acknowledged_and_reads_go_on()
    {
        folder.Environment = folder.Environment with { Flush = FlushPolicy.Always };
        var log = folder.Open();
        LogFolder.Append(log, "before");
        folder.Disk.FailFlush = _ => true;
        Assert.Equal(ErrorCode.KafkaStorageError, log.Append(Batch.Of("unsure")).Error);
        folder.Disk.FailFlush = _ => false;

        Assert.Equal(ErrorCode.KafkaStorageError, log.Append(Batch.Of("refused")).Error);

        Assert.Equal("before", LogFolder.Read(log)[0].Value);
        log.Upkeep.FlushIfDue();
        Assert.Equal(1, said.Count(FlushFailed));
        Assert.Throws<IOException>(log.Close);
        Assert.Equal(0, folder.Disk.OpenFiles);
    }

    [Fact]
    public void A_search_by_time_that_the_disk_refuses_fails_and_is_told()
    {
        var log = folder.Open();
        LogFolder.Append(log, "v");
        folder.Disk.FailRead = _ => true;

        Assert.Throws<IOException>(() => log.FindByTime(0));

        Assert.Equal(1, said.Count(SearchFailed));
        folder.Disk.FailRead = _ => false;
        Assert.Equal(0, log.FindByTime(0)?.Offset);
    }

    [Fact]
    public void With_flush_always_every_answer_waits_for_the_disk_and_a_power_loss_costs_nothing()
    {
        folder.Environment = folder.Environment with { Flush = FlushPolicy.Always };
        folder.Settings = new LogSettings { SegmentBytes = 500 };
        var log = folder.Open();
        for (var number = 0; number < 30; number++)
        {
            var flushes = folder.Disk.Flushes;
            LogFolder.Append(log, $"{number}");
            Assert.True(folder.Disk.Flushes > flushes);
        }

        folder.Disk.LosePower(zeros: true);

        Assert.Equal(30, LogFolder.Read(folder.Reopen()).Count);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_power_loss_costs_only_what_was_not_flushed(bool zeros)
    {
        folder.Environment = folder.Environment with { Flush = FlushPolicy.Interval };
        var log = folder.Open();
        LogFolder.Append(log, "flushed");
        folder.Clock.Advance(TimeSpan.FromSeconds(1));
        log.Upkeep.FlushIfDue();
        LogFolder.Append(log, "not flushed");

        folder.Disk.LosePower(zeros);

        log = folder.Reopen();
        Assert.Equal("flushed", Assert.Single(LogFolder.Read(log)).Value);
        Assert.Equal(1, LogFolder.Append(log, "next"));
    }

    [Fact]
    public void The_topic_may_ask_for_a_flush_every_few_records()
    {
        folder.Settings = new LogSettings { FlushMessages = 3 };
        var log = folder.Open();

        LogFolder.Append(log, "a", "b");
        Assert.Equal(0, folder.Disk.Flushes);
        LogFolder.Append(log, "c");

        Assert.Equal(1, folder.Disk.Flushes);
    }

    [Fact]
    public async Task Appends_that_wait_together_share_flushes()
    {
        folder.Environment = folder.Environment with { Flush = FlushPolicy.Always };
        var log = folder.Open();

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() =>
        {
            for (var number = 0; number < 50; number++)
                LogFolder.Append(log, "v");
        })));

        Assert.Equal(400, log.EndOffset);
        Assert.InRange(folder.Disk.Flushes, 1, 400);
    }
}
