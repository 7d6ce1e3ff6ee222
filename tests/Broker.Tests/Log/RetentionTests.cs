using StockPipeline.Broker.Log;

namespace StockPipeline.BrokerTests.Log;

public sealed class RetentionTests : IDisposable
{
    private readonly LogFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Whole_segments_go_when_their_latest_record_is_too_old()
    {
        var log = Filled(new LogSettings { SegmentBytes = 300, RetentionMs = 10_000 }, everyMs: 1_000, count: 20);
        var segments = folder.Files(".log").Length;

        log.Upkeep.Retain();

        Assert.InRange(log.StartOffset, 8, 10);
        Assert.True(folder.Files(".log").Length < segments);
        Assert.Equal(log.StartOffset, LogFolder.Read(log)[0].Offset);
        log.Close();
    }

    [Fact]
    public void Even_the_last_segment_goes_and_the_end_stays()
    {
        var log = Filled(new LogSettings { RetentionMs = 10_000 }, everyMs: 0, count: 20);
        folder.Clock.Advance(TimeSpan.FromSeconds(10) + TimeSpan.FromMilliseconds(1));

        log.Upkeep.Retain();

        Assert.Equal((20, 20, 0), (log.StartOffset, log.EndOffset, folder.LogBytes));
        folder.Disk.Revive();
        log = folder.Reopen();
        Assert.Equal((20, 20), (log.StartOffset, log.EndOffset));
        Assert.Equal(20, LogFolder.Append(log, "x"));
        log.Close();
    }

    [Fact]
    public void The_oldest_segments_go_while_the_rest_is_as_large_as_asked()
    {
        var log = Filled(new LogSettings { SegmentBytes = 300, RetentionBytes = 1_000 }, everyMs: 0, count: 50);

        log.Upkeep.Retain();

        Assert.InRange(folder.LogBytes, 1_000, 1_300);
        Assert.True(log.StartOffset > 0);
        log.Close();
    }

    [Fact]
    public void A_producer_s_number_is_not_forgotten_with_the_batch_that_carried_it()
    {
        folder.Settings = new LogSettings { RetentionMs = 1_000 };
        var log = folder.Open();
        byte[] Numbered(int sequence) =>
            new Batch { ProducerId = 1, ProducerEpoch = 0, Sequence = sequence, Time = folder.Now }.Add("k", "v").Bytes();
        LogFolder.Append(log, Numbered(0));
        log.Upkeep.SaveCheckpoint();
        LogFolder.Append(log, Numbered(1));
        folder.Clock.Advance(TimeSpan.FromMilliseconds(1_001));
        log.Upkeep.Retain();
        Assert.Equal(0, folder.LogBytes);
        folder.Disk.Revive();

        log = folder.Reopen();

        Assert.Equal(2, LogFolder.Append(log, Numbered(2)));
        log.Close();
    }

    [Theory]
    [InlineData(true, -1, 10)]
    [InlineData(false, 1_000, 10)]
    public void Nothing_goes_without_a_limit_or_without_the_policy(bool delete, long retentionMs, long retentionBytes)
    {
        var settings = new LogSettings { SegmentBytes = 300, Delete = delete, Compact = !delete, RetentionMs = retentionMs };
        var log = Filled(delete ? settings : settings with { RetentionBytes = retentionBytes }, everyMs: 1_000, count: 20);

        log.Upkeep.Retain();

        Assert.Equal(0, log.StartOffset);
        log.Close();
    }

    [Fact]
    public void Files_nobody_uses_are_closed_and_opened_again_when_somebody_does()
    {
        var log = Filled(new LogSettings { SegmentBytes = 300 }, everyMs: 0, count: 50);
        log.Upkeep.SaveCheckpoint();
        Assert.Equal(50, LogFolder.Read(log).Count);
        Assert.True(folder.Disk.OpenFiles > 10);

        log.Upkeep.Retain();
        log.Upkeep.Retain();

        Assert.Equal(1, folder.Disk.OpenFiles);
        Assert.Equal(50, LogFolder.Read(log).Count);
        log.Close();
        Assert.Equal(0, folder.Disk.OpenFiles);
    }

    private PartitionLog Filled(LogSettings settings, int everyMs, int count)
    {
        folder.Settings = settings;
        var log = folder.Open();
        for (var number = 0; number < count; number++)
        {
            LogFolder.Append(log, new Batch { Time = folder.Now }.Add("k", $"{number}").Bytes());
            folder.Clock.Advance(TimeSpan.FromMilliseconds(everyMs));
        }
        return log;
    }
}
