using StockPipeline.Broker.Log;
using StockPipeline.Broker.Protocol;
using StockPipeline.Testing;
using Xunit.Abstractions;

namespace StockPipeline.BrokerTests.Log;

public sealed class LookupTests(ITestOutputHelper output) : IDisposable
{
    private readonly LogFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void A_time_finds_the_first_record_at_least_as_late_inside_the_batch(int codec)
    {
        var log = folder.Open();
        LogFolder.Append(log, Batch(codec, 0, 10, 20));
        LogFolder.Append(log, Batch(codec, 5, 15, 40));

        Assert.Equal(Found(0, 0), log.FindByTime(folder.Now - 1));
        Assert.Equal(Found(1, 10), log.FindByTime(folder.Now + 10));
        Assert.Equal(Found(2, 20), log.FindByTime(folder.Now + 11));
        Assert.Equal(Found(5, 40), log.FindByTime(folder.Now + 21));
        Assert.Null(log.FindByTime(folder.Now + 41));
        Assert.Equal(Found(5, 40), log.FindLatest());
        log.Close();
    }

    [Fact]
    public void In_a_batch_that_cannot_be_read_the_answer_is_never_too_late()
    {
        // Such a batch is refused now; one from before lies in the folder.
        Directory.CreateDirectory(folder.Path);
        var unreadable = new Batch { Codec = Codec.Zstd, Time = folder.Now }.Add("k", "a").Add("k", "b", 20).Bytes([9, 9, 9]);
        File.WriteAllBytes(Path.Combine(folder.Path, $"{0:d20}.log"), unreadable);
        var log = folder.Open();

        Assert.Equal(0, log.FindByTime(folder.Now + 15)!.Value.Offset);
        log.Close();
    }

    [Fact]
    public void Times_are_found_across_segments_and_index_entries_like_a_search_from_the_start_would()
    {
        folder.Settings = new LogSettings { SegmentBytes = 60_000 };
        var log = folder.Open();
        var random = new Random(Seed.Next(output.WriteLine));
        var times = new List<long>();
        for (var number = 0; number < 3_000; number++)
        {
            times.Add((number * 3) + random.Next(-200, 200));
            LogFolder.Append(log, Batch(0, (int)times[^1]));
        }

        for (var target = -300; target < 9_300; target += 61)
        {
            var expected = times.FindIndex(time => time >= target);
            Assert.Equal(expected < 0 ? null : expected, log.FindByTime(folder.Now + target)?.Offset);
        }
        Assert.Equal(times.IndexOf(times.Max()), log.FindLatest()!.Value.Offset);
        log.Close();
    }

    [Fact]
    public void An_epoch_ends_where_the_next_began()
    {
        var log = folder.Open();
        LogFolder.Append(log, "a", "b");
        folder.Disk.Revive();
        log = folder.Reopen();
        folder.Disk.Revive();
        log = folder.Reopen();
        LogFolder.Append(log, "c");

        Assert.Equal((1, 2L), log.EndOffsetForEpoch(1));
        Assert.Equal((1, 2L), log.EndOffsetForEpoch(2));
        Assert.Equal((3, 3L), log.EndOffsetForEpoch(3));
        Assert.Equal((-1, -1L), log.EndOffsetForEpoch(4));
        Assert.Equal((-1, -1L), log.EndOffsetForEpoch(-1));
        Assert.Equal((0, 0L), log.EndOffsetForEpoch(0));
        Assert.Equal((1, 3), (log.EpochAt(1), log.EpochAt(2)));
        log.Close();
    }

    [Fact]
    public void Deleted_records_stay_deleted_across_a_crash()
    {
        folder.Settings = new LogSettings { SegmentBytes = 200 };
        var log = folder.Open();
        for (var number = 0; number < 20; number++)
            LogFolder.Append(log, $"{number}");

        Assert.Equal(ErrorCode.None, log.DeleteRecords(7));
        folder.Disk.Revive();
        log = folder.Reopen();

        Assert.Equal(7, log.StartOffset);
        Assert.Equal(ErrorCode.OffsetOutOfRange, log.Read(6, 100, true).Error);
        Assert.Equal("7", LogFolder.Read(log)[0].Value);
        Assert.Equal(7, log.FindByTime(0)!.Value.Offset);
        log.Close();
    }

    [Fact]
    public void Deletion_takes_an_offset_within_the_log_only_and_minus_one_means_the_end()
    {
        var log = folder.Open();
        LogFolder.Append(log, "a", "b");

        Assert.Equal(ErrorCode.OffsetOutOfRange, log.DeleteRecords(3));
        Assert.Equal(ErrorCode.OffsetOutOfRange, log.DeleteRecords(-2));
        Assert.Equal(ErrorCode.None, log.DeleteRecords(1));
        Assert.Equal(ErrorCode.None, log.DeleteRecords(0));
        Assert.Equal(1, log.StartOffset);
        Assert.Equal(ErrorCode.None, log.DeleteRecords(-1));
        Assert.Equal((2, 2), (log.StartOffset, log.EndOffset));

        log.Upkeep.Retain();

        Assert.Equal(0, folder.LogBytes);
        Assert.Equal(2, LogFolder.Append(log, "c"));
        log.Close();
    }

    private byte[] Batch(int codec, params int[] afterMs)
    {
        var batch = new Batch { Codec = (Codec)codec, Time = folder.Now };
        foreach (var time in afterMs)
            batch.Add("k", "v", time);
        return batch.Bytes();
    }

    private TimedOffset Found(long offset, long afterMs) => new(offset, folder.Now + afterMs, 1);
}
