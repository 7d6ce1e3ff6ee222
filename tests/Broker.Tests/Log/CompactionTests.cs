using StockPipeline.Broker.Log;
using StockPipeline.Testing;

namespace StockPipeline.BrokerTests.Log;

public sealed class CompactionTests : IDisposable
{
    private const int BatchesKept = 2109;
    private const int CompactionStuck = 2112;

    private static readonly LogSettings Compacted = new() { Compact = true, Delete = false, SegmentBytes = 1_000 };

    private readonly LogFolder folder = new(Compacted);

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void The_last_record_of_every_key_stays_at_its_offset(int codec)
    {
        var log = folder.Open();
        for (var number = 0; number < 300; number++)
            Append(log, (Codec)codec, ($"k{number % 7}", $"{number}"), ($"k{number % 3}", $"{number}b"));
        Assert.All(Codecs(log), one => Assert.Equal((Codec)codec, one));
        var before = LogFolder.Read(log);

        log.Upkeep.Cleaner.Clean(CancellationToken.None);

        var after = LogFolder.Read(log);
        var activeBase = long.Parse(Path.GetFileNameWithoutExtension(folder.Files(".log")[^1]));
        Assert.Equal(Expected(before, activeBase), after);
        Assert.All(Codecs(log), one => Assert.Equal((Codec)codec, one));
        Assert.Equal((0, 600), (log.StartOffset, log.EndOffset));
        log.Close();
        Assert.Equal(after, LogFolder.Read(folder.Open()));
    }

    [Fact]
    public void A_pass_that_cannot_flush_what_it_wrote_is_made_again()
    {
        var log = folder.Open();
        for (var number = 0; number < 100; number++)
            Append(log, Codec.None, ("k", $"{number}"));
        var before = LogFolder.Read(log);
        folder.Disk.FailFlush = path => path.EndsWith(".cleaned", StringComparison.Ordinal);
        Assert.Throws<IOException>(() => log.Upkeep.Cleaner.Clean(CancellationToken.None));
        Assert.Equal(before, LogFolder.Read(log));
        folder.Disk.FailFlush = _ => false;

        log.Upkeep.Cleaner.Clean(CancellationToken.None);

        Assert.True(LogFolder.Read(log).Count < before.Count);
    }

    [Fact]
    public void A_pass_that_ends_half_way_is_told_and_finished_by_the_next_start()
    {
        var said = new Said();
        var log = folder.WithLogger(said).Open();
        for (var number = 0; number < 100; number++)
            Append(log, Codec.None, ("k", $"{number}"));
        folder.Disk.FailMove = path => path.EndsWith(".log", StringComparison.Ordinal);
        Assert.Throws<IOException>(() => log.Upkeep.Cleaner.Clean(CancellationToken.None));
        folder.Disk.FailMove = _ => false;
        var half = LogFolder.Read(log);
        log.Upkeep.Cleaner.Clean(CancellationToken.None);

        Assert.Equal(1, said.Count(CompactionStuck));
        Assert.Equal("99", half[^1].Value);
        Assert.Equal(half, LogFolder.Read(log));
        folder.Disk.Revive();
        log = folder.Reopen();
        Assert.Equal(half, LogFolder.Read(log));
        Assert.Empty(folder.Files(".swap"));
        Fill(log);
        log.Upkeep.Cleaner.Clean(CancellationToken.None);
        Assert.True(LogFolder.Read(log).Count(record => record.Key == "k") < half.Count);
    }

    [Fact]
    public void Thousands_of_records_of_fifty_keys_become_few_and_small_segments_are_merged()
    {
        var log = folder.Open();
        for (var number = 0; number < 2_000; number++)
            Append(log, Codec.None, ($"k{number % 50}", $"{number}"));
        var segments = folder.Files(".log").Length;

        log.Upkeep.Cleaner.Clean(CancellationToken.None);
        Assert.InRange(LogFolder.Read(log).Count, 50, 75);
        Fill(log);
        log.Upkeep.Cleaner.Clean(CancellationToken.None);

        Assert.InRange(LogFolder.Read(log).Count, 51, 90);
        Assert.InRange(folder.Files(".log").Length, 2, segments / 10);
        log.Close();
    }

    [Fact]
    public void Offsets_in_a_gap_lead_forward_and_are_not_out_of_range()
    {
        var log = folder.Open();
        for (var number = 0; number < 100; number++)
            Append(log, Codec.None, ("k", $"{number}"));
        log.Upkeep.Cleaner.Clean(CancellationToken.None);

        for (var offset = 0; offset < 100; offset++)
            Assert.True(LogFolder.Read(log, offset)[0].Offset >= offset);
        log.Close();
    }

    [Fact]
    public void A_tombstone_stays_for_its_time_counted_from_the_pass_that_first_saw_it()
    {
        var log = folder.Open();
        Append(log, Codec.None, ("gone", "value"));
        Append(log, Codec.None, ("gone", null));
        Fill(log);
        folder.Clock.Advance(TimeSpan.FromDays(30));

        log.Upkeep.Cleaner.Clean(CancellationToken.None);
        Assert.Null(Assert.Single(ValuesOf(log, "gone")));

        folder.Clock.Advance(TimeSpan.FromMilliseconds(Compacted.DeleteRetentionMs - 1));
        Fill(log);
        log.Upkeep.Cleaner.Clean(CancellationToken.None);
        Assert.Null(Assert.Single(ValuesOf(log, "gone")));

        folder.Clock.Advance(TimeSpan.FromMilliseconds(1));
        Fill(log);
        log.Upkeep.Cleaner.Clean(CancellationToken.None);
        Assert.Empty(ValuesOf(log, "gone"));
        log.Close();
    }

    [Fact]
    public void Passes_every_few_seconds_do_not_keep_tombstones_for_ever()
    {
        var history = new CleaningHistory();
        const long retention = 86_400_000;
        for (var pass = 0; pass < 20_000; pass++)
            history.Add(pass, pass * 15_000L, retention);

        var reach = history.TombstonesMayGoBefore(20_000 * 15_000L, retention);

        Assert.InRange(reach, 20_000 - (retention / 15_000 * 105 / 100), 20_000 - (retention / 15_000));
    }

    [Fact]
    public void Batches_nobody_can_read_are_kept_whole_and_counted_and_no_tombstone_behind_them_goes()
    {
        var said = new Said();
        // While the topic is not compacted nobody looks into its batches.
        folder.Settings = Compacted with { Compact = false };
        var log = folder.WithLogger(said).Open();
        Append(log, Codec.None, ("early", "value"));
        Append(log, Codec.None, ("early", null));
        var foreign = new Batch().Add("late", "x").Add("late", "y").Bytes([9, 9, 9, 9]);
        LogFolder.Append(log, foreign);
        Append(log, Codec.None, ("late", null));
        log.Settings = Compacted;
        for (var turn = 0; turn < 3; turn++)
        {
            Fill(log);
            log.Upkeep.Cleaner.Clean(CancellationToken.None);
            folder.Clock.Advance(TimeSpan.FromDays(2));
        }

        Assert.Empty(ValuesOf(log, "early"));
        Assert.Null(Assert.Single(ValuesOf(log, "late")));
        Assert.Contains("Kept 1 batches of topic-0", said.Last(BatchesKept), StringComparison.Ordinal);
        Assert.Equal(foreign, LogFolder.Bytes(log.Read(2, 1, atLeastOne: true).Region!));
        log.Close();
    }

    [Fact]
    public void A_pass_is_due_when_enough_is_dirty_or_something_waits_too_long()
    {
        folder.Settings = Compacted with { MaxCompactionLagMs = 60_000 };
        var log = folder.Open();
        Fill(log);
        Assert.Equal(1, log.Upkeep.Cleaner.Urgency());
        log.Upkeep.Cleaner.Clean(CancellationToken.None);
        Assert.Equal(0, log.Upkeep.Cleaner.Urgency());

        for (var number = 0; number < 400; number++)
            Append(log, Codec.None, ($"unique{number}", "v"));
        log.Upkeep.Cleaner.Clean(CancellationToken.None);
        Fill(log);
        Assert.Equal(0, log.Upkeep.Cleaner.Urgency());

        folder.Clock.Advance(TimeSpan.FromMilliseconds(60_001));
        Assert.InRange(log.Upkeep.Cleaner.Urgency(), 0.001, 0.5);
        log.Close();
    }

    [Fact]
    public void What_is_younger_than_the_least_lag_is_left_alone()
    {
        folder.Settings = Compacted with { MinCompactionLagMs = 1_000 };
        var log = folder.Open();
        Fill(log);
        folder.Clock.Advance(TimeSpan.FromMilliseconds(999));
        Assert.Equal(0, log.Upkeep.Cleaner.Urgency());

        folder.Clock.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Equal(1, log.Upkeep.Cleaner.Urgency());
        log.Close();
    }

    [Fact]
    public void Keys_that_do_not_fit_into_memory_wait_for_the_next_pass()
    {
        folder.Environment = folder.Environment with { MaxKeysPerPass = 10 };
        var log = folder.Open();
        for (var number = 0; number < 400; number++)
            Append(log, Codec.None, ($"k{number % 40}", $"{number}"));
        var before = LogFolder.Read(log);
        var activeBase = long.Parse(Path.GetFileNameWithoutExtension(folder.Files(".log")[^1]));

        for (var pass = 0; pass < 100; pass++)
            log.Upkeep.Cleaner.Clean(CancellationToken.None);

        Assert.Equal(0, log.Upkeep.Cleaner.Urgency());
        var left = LogFolder.Read(log);
        Assert.Equal(Expected(before, activeBase).Select(record => record.Key).ToHashSet(), left.Select(record => record.Key).ToHashSet());
        foreach (var last in Expected(before, activeBase))
            Assert.Contains(last, left);
        log.Close();
    }

    [Fact]
    public void Compacted_and_deleted_topics_do_both()
    {
        folder.Settings = Compacted with { Delete = true, RetentionMs = 5_000 };
        var log = folder.Open();
        Append(log, Codec.None, ("old", "value"));
        Fill(log);
        log.Upkeep.Cleaner.Clean(CancellationToken.None);
        Assert.Single(ValuesOf(log, "old"));

        folder.Clock.Advance(TimeSpan.FromMilliseconds(5_001));
        log.Upkeep.Retain();

        Assert.Empty(LogFolder.Read(log));
        Assert.True(log.StartOffset > 0);
        log.Close();
    }

    [Fact]
    public void A_reader_keeps_what_it_holds_while_the_segment_is_replaced()
    {
        var log = folder.Open();
        for (var number = 0; number < 100; number++)
            Append(log, Codec.None, ("k", $"{number}"));
        var region = log.Read(0, 500, true).Region!;

        log.Upkeep.Cleaner.Clean(CancellationToken.None);

        var records = new List<StoredRecord>();
        LogFolder.Decode(LogFolder.Bytes(region), 0, records);
        Assert.Equal("0", records[0].Value);
        log.Close();
        Assert.Equal(0, folder.Disk.OpenFiles);
    }

    [Fact]
    public async Task Reading_while_compacting_always_sees_the_last_value_of_every_key()
    {
        var log = folder.Open();
        for (var number = 0; number < 500; number++)
            Append(log, Codec.None, ($"k{number % 5}", $"{number}"));
        using var stop = new CancellationTokenSource();
        var reader = Task.Run(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                var last = LogFolder.Read(log).GroupBy(record => record.Key)
                    .ToDictionary(group => group.Key!, group => int.Parse(group.Last().Value!));
                Assert.Equal(5, last.Count);
                Assert.All(last.Values, value => Assert.True(value >= 495));
            }
        });

        for (var turn = 0; turn < 20; turn++)
        {
            Append(log, Codec.None, ($"k{turn % 5}", $"{1_000 + turn}"), ($"k{turn % 5}", $"{1_000 + turn}"));
            log.Upkeep.Cleaner.Clean(CancellationToken.None);
        }
        await stop.CancelAsync();
        await reader.WaitAsync(Eventually.Patience, TimeProvider.System);

        log.Close();
    }

    private static void Fill(PartitionLog log)
    {
        for (var number = 0; number < 20; number++)
            Append(log, Codec.None, ("fill", new string('f', 100)));
    }

    private static void Append(PartitionLog log, Codec codec, params (string Key, string? Value)[] records)
    {
        var batch = new Batch { Codec = codec };
        foreach (var (key, value) in records)
            batch.Add(key, value);
        LogFolder.Append(log, batch.Bytes());
    }

    private static string?[] ValuesOf(PartitionLog log, string key) =>
        [.. LogFolder.Read(log).Where(record => record.Key == key).Select(record => record.Value)];

    private static List<Codec> Codecs(PartitionLog log)
    {
        var codecs = new List<Codec>();
        for (var offset = log.StartOffset; offset < log.EndOffset;)
        {
            var batch = new RecordBatch(LogFolder.Bytes(log.Read(offset, 1, atLeastOne: true).Region!));
            codecs.Add(batch.Codec);
            offset = batch.NextOffset;
        }
        return codecs;
    }

    /// <summary>Below the active segment the last of every key among those, from there on everything.</summary>
    private static List<StoredRecord> Expected(List<StoredRecord> all, long activeBase)
    {
        var last = all.Where(record => record.Offset < activeBase).GroupBy(record => record.Key)
            .ToDictionary(group => group.Key!, group => group.Last().Offset);
        return [.. all.Where(record => record.Offset >= activeBase || last[record.Key!] == record.Offset)];
    }
}
