using System.Text;
using StockPipeline.Broker.Storage;
using StockPipeline.BrokerTests.Log;
using StockPipeline.Testing;
using Xunit.Abstractions;

namespace StockPipeline.BrokerTests.Storage;

public sealed class JournalTests(ITestOutputHelper output) : IDisposable
{
    private const int Repaired = 2190;

    private const int NotReplaced = 2191;

    private readonly TempFolder folder = new();
    private readonly Said said = new();

    private string FilePath => folder.File("state.journal");

    private long FileBytes => new FileInfo(FilePath).Length;

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Checksum_is_the_castagnoli_one() => Assert.Equal(0xE3069283u, Crc32C.Of("123456789"u8));

    [Fact]
    public void Last_value_of_every_key_survives_without_a_clean_end()
    {
        var journal = Open(FilePath);
        journal.Put("a", [1], flush: false);
        journal.Apply([new("b", [2]), new("a", [3]), new("c", [])], flush: false);
        journal.Remove("b", flush: true);

        Assert.Equal(["a=3", "c="], Read(CopyOf(FilePath)));
        journal.Dispose();
        Assert.Equal(["a=3", "c="], Read(FilePath));
    }

    [Fact]
    public void Cut_at_any_byte_keeps_exactly_the_changes_that_were_whole()
    {
        var ends = new List<long>();
        using (var journal = Open(FilePath))
            for (var i = 0; i < 6; i++)
            {
                journal.Apply([new($"k{i}", [(byte)i]), new("last", [(byte)i])], flush: false);
                ends.Add(FileBytes);
            }
        var whole = File.ReadAllBytes(FilePath);

        for (var cut = 0; cut <= whole.Length; cut++)
        {
            File.WriteAllBytes(FilePath, whole[..cut]);
            var complete = ends.Count(end => end <= cut);
            var expected = complete == 0
                ? []
                : Enumerable.Range(0, complete).Select(i => $"k{i}={i}").Append($"last={complete - 1}").ToArray();
            Assert.Equal(expected, Read(FilePath));
            Assert.Equal(complete == 0 ? 0 : ends[complete - 1], new FileInfo(FilePath).Length);
        }
    }

    [Fact]
    public void Writes_after_a_cut_tail_are_found_again()
    {
        using (var journal = Open(FilePath))
            journal.Put("a", [1], flush: false);
        File.AppendAllText(FilePath, "\0\0\0\u0020torn");

        using (var journal = Open(FilePath))
        {
            Assert.Contains("a torn tail of 8 bytes, cut off, and 0 damaged", said.Last(Repaired), StringComparison.Ordinal);
            journal.Put("b", [2], flush: false);
        }

        Assert.Equal(["a=1", "b=2"], Read(FilePath));
    }

    [Fact]
    public void Tail_of_zero_bytes_is_cut()
    {
        using (var journal = Open(FilePath))
            journal.Put("a", [1], flush: false);
        File.AppendAllBytes(FilePath, new byte[4096]);

        Assert.Equal(["a=1"], Read(FilePath));
    }

    [Fact]
    public void Damaged_frame_between_sound_ones_costs_only_itself()
    {
        long start, end;
        using (var journal = Open(FilePath))
        {
            journal.Put("a", [1], flush: false);
            start = FileBytes;
            journal.Put("b", [2], flush: false);
            end = FileBytes;
            journal.Put("c", [3], flush: false);
        }
        var bytes = File.ReadAllBytes(FilePath);
        bytes[end - 1] ^= 0x40;
        File.WriteAllBytes(FilePath, bytes);

        using var reopened = Open(FilePath);

        Assert.True(start < end);
        Assert.Contains("a torn tail of 0 bytes, cut off, and 1 damaged", said.Last(Repaired), StringComparison.Ordinal);
        Assert.Equal(["a=1", "c=3"], Show(reopened));
    }

    [Fact]
    public void File_stays_within_a_multiple_of_what_is_valid_and_nothing_is_lost()
    {
        var random = new Random(Seed.Next(output.WriteLine));
        var model = new SortedDictionary<string, byte[]>(StringComparer.Ordinal);
        using (var journal = Open(FilePath))
            for (var i = 0; i < 20_000; i++)
            {
                var key = $"key{random.Next(50)}";
                if (random.Next(10) == 0)
                {
                    model.Remove(key);
                    journal.Remove(key, flush: false);
                    continue;
                }
                var value = new byte[random.Next(1000)];
                random.NextBytes(value);
                model[key] = value;
                journal.Put(key, value, flush: false);
                Assert.InRange(FileBytes, 0, Journal.MinBytesToCompact + 2048);
            }

        using var reopened = Open(FilePath);
        Assert.Equal(model.Keys, reopened.Entries().Select(entry => entry.Key).Order(StringComparer.Ordinal));
        Assert.All(reopened.Entries(), entry => Assert.Equal(model[entry.Key], entry.Value));
    }

    [Fact]
    public void Snapshot_that_was_never_renamed_is_ignored()
    {
        using (var journal = Open(FilePath))
            journal.Put("a", [1], flush: false);
        File.WriteAllText(FilePath + ".next", "half a snapsh");

        Assert.Equal(["a=1"], Read(FilePath));
        Assert.False(File.Exists(FilePath + ".next"));
    }

    [Fact]
    public void Write_the_disk_refuses_changes_nothing_and_hides_nothing_after_it()
    {
        var disk = new FaultyDisk();
        using (var journal = Open(FilePath, disk))
        {
            journal.Put("a", [1], flush: false);
            (disk.LimitWrite, disk.FailSetLength) = ((_, bytes) => bytes / 2, _ => true);
            Assert.Throws<IOException>(() => journal.Put("b", [2], flush: false));
            disk.LimitWrite = (_, _) => null;
            Assert.Throws<IOException>(() => journal.Put("c", [3], flush: false));
            disk.FailSetLength = _ => false;
            Assert.Equal(["a=1"], Show(journal));
            journal.Put("d", [4], flush: false);
        }

        Assert.Equal(["a=1", "d=4"], Read(FilePath));
    }

    [Fact]
    public void Change_that_cannot_be_flushed_is_refused()
    {
        var disk = new FaultyDisk();
        using (var journal = Open(FilePath, disk))
        {
            disk.FailFlush = _ => true;
            Assert.Throws<IOException>(() => journal.Put("a", [1], flush: true));
            disk.FailFlush = _ => false;
            journal.Put("b", [2], flush: true);
        }

        Assert.Equal(["b=2"], Read(FilePath));
    }

    [Fact]
    public void Disk_without_room_for_a_snapshot_does_not_fail_the_writer()
    {
        var disk = new FaultyDisk { LimitWrite = (path, _) => path.EndsWith(".next", StringComparison.Ordinal) ? 0 : null };
        using (var journal = Open(FilePath, disk))
            for (var i = 0; i < 3000; i++)
                journal.Put("key", [.. Enumerable.Repeat((byte)i, 1000)], flush: false);

        Assert.Equal(3000L * 1016, FileBytes);
        Assert.InRange(said.Count(NotReplaced), 1, 2);
        using var reopened = Open(FilePath);
        Assert.Equal((byte)(2999 % 256), reopened.Entries()[0].Value[0]);
    }

    [Fact]
    public void Process_that_dies_at_any_change_of_the_disk_leaves_every_finished_write()
    {
        for (var changes = 1; changes < 80; changes++)
        {
            var disk = new FaultyDisk { ChangesUntilDeath = changes };
            var path = folder.File($"{changes}.journal");
            var finished = -1;
            try
            {
                using var journal = Open(path, disk);
                for (var i = 0; i < 40; i++)
                {
                    journal.Apply([new("key", [(byte)i, .. new byte[100_000]]), new("number", [(byte)i])], flush: true);
                    finished = i;
                }
            }
            catch (FaultyDisk.ProcessDiedException)
            {
                disk.Revive();
            }

            using var reopened = Open(path);
            var values = reopened.Entries().ToDictionary(entry => entry.Key, entry => (int)entry.Value[0]);
            Assert.Equal(values.GetValueOrDefault("key", -1), values.GetValueOrDefault("number", -1));
            Assert.InRange(values.GetValueOrDefault("number", -1), finished, finished + 1);
        }
    }

    private string CopyOf(string path)
    {
        var copy = folder.File("copy.journal");
        File.Copy(path, copy, overwrite: true);
        return copy;
    }

    private Journal Open(string path, IDisk? disk = null) => Journal.Open(path, disk ?? PhysicalDisk.Instance, said);

    private string[] Read(string path)
    {
        using var journal = Open(path);
        return Show(journal);
    }

    private static string[] Show(Journal journal) =>
        [.. journal.Entries()
            .Select(entry => new StringBuilder(entry.Key).Append('=').AppendJoin(',', entry.Value).ToString())
            .Order(StringComparer.Ordinal)];
}
