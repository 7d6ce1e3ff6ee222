using StockPipeline.Broker.Log;
using StockPipeline.Broker.Protocol;
using StockPipeline.Testing;

namespace StockPipeline.BrokerTests.Log;

public sealed class PartitionLogTests : IDisposable
{
    private readonly LogFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void What_was_appended_is_read_in_order_with_its_offsets()
    {
        var log = folder.Open();

        Assert.Equal(0, LogFolder.Append(log, "a", "b"));
        Assert.Equal(2, LogFolder.Append(log, "c"));

        Assert.Equal(["a", "b", "c"], LogFolder.Read(log).Select(record => record.Value));
        Assert.Equal([0L, 1, 2], LogFolder.Read(log).Select(record => record.Offset));
        Assert.Equal(3, log.EndOffset);
        log.Close();
    }

    [Fact]
    public void The_batch_gets_offset_and_epoch_in_place_and_keeps_its_checksum()
    {
        var log = folder.Open();
        LogFolder.Append(log, "a");
        var batch = Batch.Of("b", "c");
        var checksum = new RecordBatch(batch).Checksum;

        LogFolder.Append(log, batch);

        var stored = new RecordBatch(batch);
        Assert.Equal((1L, 1, checksum), (stored.BaseOffset, stored.LeaderEpoch, stored.Checksum));
        Assert.Equal(batch, LogFolder.Bytes(log.Read(1, 1, atLeastOne: true).Region!));
        log.Close();
    }

    [Fact]
    public void The_broker_s_time_replaces_the_producer_s_where_the_topic_says_so()
    {
        folder.Settings = new LogSettings { LogAppendTime = true };
        var log = folder.Open();
        folder.Clock.Advance(TimeSpan.FromHours(3));

        var result = log.Append(Batch.Of("a", "b"));

        Assert.Equal(folder.Now, result.LogAppendTime);
        Assert.All(LogFolder.Read(log), record => Assert.Equal(folder.Now, record.Time));
        log.Close();
    }

    [Fact]
    public void A_read_returns_whole_batches_up_to_the_limit_and_one_whatever_its_size()
    {
        var log = folder.Open();
        for (var number = 0; number < 10; number++)
            LogFolder.Append(log, new string('x', 100));
        var size = Batch.Of(new string('x', 100)).Length;

        Assert.Equal(3 * size, Length(log.Read(0, (3 * size) + 1, atLeastOne: true)));
        Assert.Equal(3 * size, Length(log.Read(4, 3 * size, atLeastOne: false)));
        Assert.Equal(size, Length(log.Read(0, 1, atLeastOne: true)));
        Assert.Equal(0, Length(log.Read(0, size - 1, atLeastOne: false)));
        Assert.Equal(10 * size, Length(log.Read(0, int.MaxValue, atLeastOne: false)));
        log.Close();
    }

    [Fact]
    public void The_limit_holds_across_the_sparse_index()
    {
        var log = folder.Open();
        for (var number = 0; number < 3_000; number++)
            LogFolder.Append(log, $"{number}");

        foreach (var limit in new[] { 1_000, 16 * 1024, 50_000, 100_000 })
        {
            var read = log.Read(1_234, limit, atLeastOne: true);
            var records = new List<StoredRecord>();
            var length = read.Length;
            LogFolder.Decode(LogFolder.Bytes(read.Region!), 0, records);
            Assert.InRange(length, limit - 100, limit);
            Assert.Equal(1_234, records[0].Offset);
        }
        log.Close();
    }

    [Fact]
    public void Offsets_outside_the_log_are_out_of_range_and_the_end_is_empty()
    {
        var log = folder.Open();
        LogFolder.Append(log, "a");

        Assert.Equal(ErrorCode.OffsetOutOfRange, log.Read(-1, 100, true).Error);
        Assert.Equal(ErrorCode.OffsetOutOfRange, log.Read(2, 100, true).Error);
        Assert.Equal((ErrorCode.None, null, 0, 1), (log.Read(1, 100, true).Error, log.Read(1, 100, true).Region, log.StartOffset, log.EndOffset));
        log.Close();
    }

    [Fact]
    public void Full_segments_are_followed_by_new_ones_and_reads_cross_them()
    {
        folder.Settings = new LogSettings { SegmentBytes = 500 };
        var log = folder.Open();

        for (var number = 0; number < 50; number++)
            LogFolder.Append(log, $"value {number}");

        Assert.True(folder.Files(".log").Length > 5);
        Assert.All(folder.Files(".log"), file => Assert.InRange(new FileInfo(file).Length, 1, 500));
        Assert.Equal(Enumerable.Range(0, 50).Select(number => $"value {number}"), LogFolder.Read(log).Select(record => record.Value));
        log.Close();
    }

    [Fact]
    public void A_segment_ends_when_the_times_in_it_span_too_much()
    {
        folder.Settings = new LogSettings { SegmentMs = 1_000 };
        var log = folder.Open();
        LogFolder.Append(log, new Batch { Time = folder.Now }.Add("k", "a").Bytes());
        LogFolder.Append(log, new Batch { Time = folder.Now + 1_000 }.Add("k", "b").Bytes());
        Assert.Single(folder.Files(".log"));

        LogFolder.Append(log, new Batch { Time = folder.Now + 1_001 }.Add("k", "c").Bytes());

        Assert.Equal(2, folder.Files(".log").Length);
        log.Close();
    }

    [Fact]
    public void A_watched_log_sets_the_signal_on_append_and_when_the_log_goes()
    {
        var log = folder.Open();
        var signal = new LogSignal();
        log.Watch(signal);
        Assert.False(signal.Moved.IsCompleted);

        LogFolder.Append(log, "a");
        Assert.True(signal.Moved.IsCompleted);

        signal.Rearm();
        Assert.False(signal.Moved.IsCompleted);
        log.Abandon(ErrorCode.UnknownTopicOrPartition);
        Assert.True(signal.Moved.IsCompleted);
        Assert.Equal(ErrorCode.UnknownTopicOrPartition, log.Append(Batch.Of("b")).Error);
        Assert.Equal(ErrorCode.UnknownTopicOrPartition, log.Read(0, 100, true).Error);
    }

    [Fact]
    public void A_region_stays_readable_when_the_log_is_deleted_under_it()
    {
        var log = folder.Open();
        LogFolder.Append(log, "a");
        var region = log.Read(0, 100, true).Region!;

        log.Abandon(ErrorCode.UnknownTopicOrPartition);
        Directory.Delete(folder.Path, recursive: true);

        var records = new List<StoredRecord>();
        LogFolder.Decode(LogFolder.Bytes(region), 0, records);
        Assert.Equal("a", records.Single().Value);
        Assert.Equal(0, folder.Disk.OpenFiles);
    }

    [Fact]
    public async Task Readers_and_the_writer_do_not_disturb_each_other()
    {
        folder.Settings = new LogSettings { SegmentBytes = 20_000 };
        var log = folder.Open();
        const int count = 3_000;
        var writer = Task.Run(() =>
        {
            for (var number = 0; number < count; number++)
                LogFolder.Append(log, $"{number}");
        });
        var readers = Enumerable.Range(0, 3).Select(_ => Task.Run(() =>
        {
            var offset = 0L;
            while (offset < count)
            {
                foreach (var record in LogFolder.Read(log, offset, maxBytes: 5_000))
                    Assert.Equal($"{offset++}", record.Value);
            }
        }));

        await Task.WhenAll([writer, .. readers]).WaitAsync(Eventually.Patience, TimeProvider.System);
        log.Close();
    }

    [Fact]
    public void A_log_nothing_happened_to_is_closed_and_opened_without_a_change_to_the_disk()
    {
        var log = folder.Open();
        LogFolder.Append(log, "a");
        log.Close();
        var changes = folder.Disk.Changes;

        folder.Open().Close();

        Assert.Equal((changes, 1), (folder.Disk.Changes, folder.Open().EndOffset));
    }

    [Fact]
    public void A_log_that_was_closed_opens_with_all_it_had()
    {
        folder.Settings = new LogSettings { SegmentBytes = 2_000 };
        var log = folder.Open();
        for (var number = 0; number < 200; number++)
            LogFolder.Append(log, $"{number}");
        log.Close();

        var again = folder.Open();

        Assert.Equal(200, again.EndOffset);
        Assert.Equal(Enumerable.Range(0, 200).Select(number => $"{number}"), LogFolder.Read(again).Select(record => record.Value));
        Assert.Equal(200, LogFolder.Append(again, "next"));
        again.Close();
    }

    private static int Length(LogRead read)
    {
        read.Region?.Release();
        return read.Length;
    }
}
