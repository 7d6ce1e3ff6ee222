using StockPipeline.Broker.Log;
using StockPipeline.Testing;
using Xunit.Abstractions;

namespace StockPipeline.BrokerTests.Log;

public sealed class RecoveryTests : IDisposable
{
    private const int TailCut = 2101;
    private const int DamageCut = 2102;
    private const int CheckpointDamaged = 2106;

    private readonly Said said = new();
    private readonly ITestOutputHelper output;
    private readonly LogFolder folder;

    public RecoveryTests(ITestOutputHelper output)
    {
        this.output = output;
        folder = new LogFolder(new LogSettings { SegmentBytes = 2_000 }).WithLogger(said);
    }

    public void Dispose() => folder.Dispose();

    public static TheoryData<string, byte[]> Tails => new()
    {
        { "one byte", [0] },
        { "half a header", Batch.Of("torn")[..30] },
        { "a header only", Batch.Of("torn")[..61] },
        { "half a batch", Batch.Of("torn")[..^3] },
        { "zeros", new byte[5_000] },
        { "half a batch and zeros", [.. Batch.Of("torn")[..^3], .. new byte[300]] },
        { "a whole batch with a flipped bit", Flipped(Batch.Of("torn")) },
        { "a batch of offsets that lie behind", Batch.Of("torn") },
    };

    [Theory]
    [MemberData(nameof(Tails))]
    public void An_unfinished_tail_is_cut_off_and_said(string what, byte[] tail)
    {
        Fill(30);
        Die();
        AppendBytes(folder.Files(".log")[^1], tail);

        var log = folder.Reopen();

        Assert.True(log.EndOffset == 30, what);
        Assert.Equal(1, said.Count(TailCut));
        Assert.Equal(30, LogFolder.Append(log, "next"));
        Assert.Equal(Values(30).Append("next"), LogFolder.Read(log).Select(record => record.Value));
        Die();
        Assert.Equal(31, LogFolder.Read(folder.Reopen()).Count);
        Assert.Equal(1, said.Count(TailCut));
    }

    [Theory]
    [InlineData(70)]
    [InlineData(9)]
    [InlineData(16)]
    [InlineData(0)]
    [InlineData(4)]
    public void Damage_in_the_middle_costs_the_batch_it_hit_and_no_other(int byteInBatch)
    {
        // The base offset lies outside of the checksum; in one segment no next segment bounds it either.
        folder.Settings = new LogSettings();
        Fill(30);
        Die();
        var size = Batch.Of("v0").Length;
        Damage(folder.Files(".log")[0], (size * 3) + byteInBatch);

        var log = folder.Reopen();

        Assert.Equal(30, log.EndOffset);
        Assert.Equal(Values(30).Where(value => value != "v3"), LogFolder.Read(log).Select(record => record.Value));
        Assert.Equal(1, said.Count(DamageCut));
        Assert.Equal("v4", LogFolder.Read(log, 3)[0].Value);
    }

    [Fact]
    public void Damage_in_several_places_and_segments_is_found_in_one_go()
    {
        Fill(100);
        Die();
        foreach (var file in folder.Files(".log")[..3])
        {
            Damage(file, 75);
            Damage(file, (int)new FileInfo(file).Length / 2);
        }

        var log = folder.Reopen();

        Assert.Equal(100, log.EndOffset);
        Assert.InRange(LogFolder.Read(log).Count, 90, 95);
        Assert.Equal(6, said.Count(DamageCut));
    }

    [Fact]
    public void What_a_checkpoint_vouches_for_is_not_read_again_and_the_rest_is()
    {
        var log = Fill(30);
        log.Upkeep.SaveCheckpoint();
        Fill(30, log);
        Die();
        Damage(folder.Files(".log")[0], 75);

        log = folder.Reopen();

        Assert.Equal(60, log.EndOffset);
        Assert.Equal(0, said.Count(DamageCut));
    }

    [Fact]
    public void A_file_shorter_than_its_index_is_read_from_the_start()
    {
        Fill(10).Close();
        using (var file = File.Open(folder.Files(".log")[0], FileMode.Open))
            file.SetLength(file.Length - 5);

        var log = folder.Reopen();

        Assert.Equal(9, log.EndOffset);
        Assert.Equal(Values(9), LogFolder.Read(log).Select(record => record.Value));
        Assert.Equal(9, LogFolder.Append(log, "next"));
    }

    [Fact]
    public void A_producer_s_batches_that_are_gone_are_not_taken_for_stored()
    {
        folder.Settings = new LogSettings();
        var log = folder.Open();
        byte[] Numbered(int sequence) => new Batch { ProducerId = 1, ProducerEpoch = 0, Sequence = sequence }.Add("k", "v").Bytes();
        LogFolder.Append(log, Numbered(0));
        LogFolder.Append(log, Numbered(1));
        log.Close();
        using (var file = File.Open(folder.Files(".log")[0], FileMode.Open))
            file.SetLength(file.Length - 5);

        log = folder.Reopen();

        Assert.Equal(1, LogFolder.Append(log, Numbered(1)));
        Assert.Equal(2, LogFolder.Read(log).Count);
    }

    [Theory]
    [InlineData(".index")]
    [InlineData("checkpoint")]
    public void Damaged_or_missing_side_files_are_made_anew_from_the_records(string ending)
    {
        Fill(100).Close();
        var before = LogFolder.Read(folder.Reopen());
        Die();
        foreach (var (file, number) in folder.Files(ending).Select((file, number) => (file, number)))
        {
            if (number % 2 == 0)
                Damage(file, (int)new FileInfo(file).Length / 2);
            else
                File.Delete(file);
        }

        var log = folder.Reopen();

        Assert.Equal(before, LogFolder.Read(log));
        Assert.Equal(ending == "checkpoint" ? 1 : 0, said.Count(CheckpointDamaged));
    }

    [Fact]
    public void Leftovers_of_a_replacement_are_finished_or_dropped()
    {
        Fill(100);
        Die();
        var logs = folder.Files(".log");
        var merged = File.ReadAllBytes(logs[0]).Concat(File.ReadAllBytes(logs[1])).ToArray();
        var end = Path.GetFileNameWithoutExtension(logs[2]);
        File.WriteAllBytes(Path.Combine(folder.Path, $"{Path.GetFileNameWithoutExtension(logs[0])}-{end}.swap"), merged);
        File.WriteAllBytes(Path.ChangeExtension(logs[2], ".cleaned"), [1, 2, 3]);
        File.WriteAllBytes(Path.Combine(folder.Path, "checkpoint.tmp"), [1, 2, 3]);

        var log = folder.Reopen();

        Assert.Equal(Values(100), LogFolder.Read(log).Select(record => record.Value));
        Assert.False(File.Exists(logs[1]));
        Assert.All(Directory.GetFiles(folder.Path), file => Assert.True(Path.GetExtension(file) is ".log" or ".index" or ""));
    }

    [Fact]
    public void A_batch_stored_inside_a_record_is_not_mistaken_for_one_of_the_log()
    {
        folder.Settings = new LogSettings { SegmentBytes = 100_000 };
        var log = folder.Open();
        LogFolder.Append(log, "first");
        var inner = Batch.Of("inner");
        LogFolder.Append(log, new Batch().Add("k", "v").Bytes([.. new byte[100], .. inner, .. new byte[100]]));
        LogFolder.Append(log, "last");
        Die();
        Damage(folder.Files(".log")[0], Batch.Of("first").Length + 9);

        Assert.Equal(["first", "last"], LogFolder.Read(folder.Reopen()).Select(record => record.Value));
    }

    [Fact]
    public void Damage_met_while_reading_a_trusted_segment_is_passed_over_and_said_once()
    {
        Fill(30).Close();
        Damage(folder.Files(".log")[0], (Batch.Of("v0").Length * 3) + 16);
        var log = folder.Reopen();

        Assert.Equal("v4", LogFolder.Read(log, 3)[0].Value);
        Assert.Equal("v4", LogFolder.Read(log, 3)[0].Value);

        Assert.Equal(1, said.Count(2100));
    }

    [Fact]
    public void Random_damage_never_stops_a_log_from_opening_nor_invents_records()
    {
        var seed = Seed.Next(output.WriteLine);
        var random = new Random(seed);
        for (var round = 0; round < 60; round++)
        {
            using var one = new LogFolder(new LogSettings { SegmentBytes = 1_500 });
            var log = one.Open();
            Fill(random.Next(1, 80), log);
            if (random.Next(2) == 0)
                log.Upkeep.SaveCheckpoint();
            Fill(random.Next(1, 40), log);
            var known = LogFolder.Read(log).Select(record => record.Value).ToHashSet();
            one.Disk.Revive();
            foreach (var file in Directory.GetFiles(one.Path).Where(_ => random.Next(3) == 0))
                Garble(file, random);

            log = one.Reopen();

            var offset = log.StartOffset;
            while (offset < log.EndOffset && log.Read(offset, 1, atLeastOne: true).Region is { } region)
            {
                var bytes = LogFolder.Bytes(region);
                var batch = new RecordBatch(bytes);
                if (batch.HasRightChecksum)
                {
                    var records = new List<StoredRecord>();
                    LogFolder.Decode(bytes, offset, records);
                    Assert.True(records.All(record => known.Contains(record.Value)), $"seed {seed} round {round}");
                }
                Assert.True(batch.NextOffset > offset, $"seed {seed} round {round}");
                offset = batch.NextOffset;
            }
            LogFolder.Append(log, "still works");
        }
    }

    private static void Garble(string file, Random random)
    {
        var bytes = File.ReadAllBytes(file);
        switch (random.Next(4))
        {
            case 0:
                File.WriteAllBytes(file, bytes[..random.Next(bytes.Length + 1)]);
                break;
            case 1:
                File.WriteAllBytes(file, [.. bytes, .. new byte[random.Next(500)]]);
                break;
            case 2:
                bytes.AsSpan(random.Next(bytes.Length + 1)).Clear();
                File.WriteAllBytes(file, bytes);
                break;
            default:
                for (var changes = random.Next(1, 5); changes > 0 && bytes.Length > 0; changes--)
                    bytes[random.Next(bytes.Length)] ^= (byte)random.Next(1, 256);
                File.WriteAllBytes(file, bytes);
                break;
        }
    }

    private static void Damage(string file, int position)
    {
        using var stream = File.Open(file, FileMode.Open);
        stream.Position = position;
        var value = stream.ReadByte();
        stream.Position = position;
        stream.WriteByte((byte)(value ^ 0x55));
    }

    private static void AppendBytes(string file, byte[] bytes)
    {
        using var stream = File.Open(file, FileMode.Append);
        stream.Write(bytes);
    }

    private static byte[] Flipped(byte[] bytes)
    {
        bytes[^1] ^= 1;
        return bytes;
    }

    private static IEnumerable<string> Values(int count) => Enumerable.Range(0, count).Select(number => $"v{number}");

    private PartitionLog Fill(int count, PartitionLog? log = null)
    {
        log ??= folder.Open();
        for (var number = 0; number < count; number++)
            LogFolder.Append(log, $"v{number}");
        return log;
    }

    private void Die() => folder.Disk.Revive();
}
