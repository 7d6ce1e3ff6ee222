using CsCheck;
using StockPipeline.Broker.Log;

namespace StockPipeline.BrokerTests.Log;

/// <summary>
/// Any writing, closing of segments, compacting and restarting beside a list of all that was written. A failure is told in its smallest form.
/// </summary>
public sealed class CleanerModelTests
{
    private const int Keys = 6;
    private const int TombstoneMs = 10_000;

    private static readonly Gen<Step> Steps = Gen.Frequency(
        (8, Gen.Select(Gen.Int[0, 4], Records(), (codec, records) => (Step)new Write((Codec)codec, records))),
        (3, Gen.Const((Step)new Compact())),
        (2, Gen.Const((Step)new CloseSegment())),
        (2, Gen.Int[1, TombstoneMs].Select(milliseconds => (Step)new TimePasses(milliseconds))),
        (1, Gen.Int[0, 100].Select(percent => (Step)new DeleteBefore(percent))),
        (1, Gen.Const((Step)new Restart())));

    [Fact]
    public void What_stays_is_the_last_of_every_key_in_its_place_and_nothing_else_in_front_of_where_it_was_compacted() =>
        Steps.Array[0, 40].Sample(steps => Run(steps), iter: 150);

    private static Gen<(int Key, bool HasValue)[]> Records() =>
        Gen.Select(Gen.Int[0, Keys - 1], Gen.Int[0, 3], (key, kind) => (key, kind > 0)).Array[1, 5];

    private static void Run(Step[] steps)
    {
        using var folder = new LogFolder(new LogSettings { Compact = true, Delete = false, SegmentBytes = 600, DeleteRetentionMs = TombstoneMs });
        var world = new World(folder);
        foreach (var step in steps)
        {
            step.Do(world);
            world.Check();
        }
        world.Log.Close();
    }

    private abstract record Step
    {
        public abstract void Do(World world);
    }

    private sealed record Write(Codec Codec, (int Key, bool HasValue)[] Records) : Step
    {
        public override void Do(World world)
        {
            var batch = new Batch { Codec = Codec, Time = world.Folder.Now };
            foreach (var (key, hasValue) in Records)
            {
                var record = new StoredRecord(world.Written.Count, world.Folder.Now, $"k{key}", hasValue ? $"v{world.Written.Count}" : null);
                batch.Add(record.Key, record.Value);
                world.Written.Add(record);
            }
            LogFolder.Append(world.Log, batch.Bytes());
        }
    }

    private sealed record Compact : Step
    {
        public override void Do(World world)
        {
            world.Log.Upkeep.Cleaner.Clean(CancellationToken.None);
            var newest = Path.GetFileNameWithoutExtension(world.Folder.Files(".log")[^1]);
            world.CompactedTo = long.Parse(newest, System.Globalization.CultureInfo.InvariantCulture);
        }
    }

    private sealed record CloseSegment : Step
    {
        public override void Do(World world)
        {
            world.Folder.Clock.Advance(TimeSpan.FromMilliseconds(world.Folder.Settings.SegmentMs + 1));
            world.Log.Upkeep.RollIfDue();
        }
    }

    private sealed record TimePasses(int Milliseconds) : Step
    {
        public override void Do(World world) => world.Folder.Clock.Advance(TimeSpan.FromMilliseconds(Milliseconds));
    }

    private sealed record DeleteBefore(int Percent) : Step
    {
        public override void Do(World world)
        {
            world.Start = world.Log.StartOffset + ((world.Log.EndOffset - world.Log.StartOffset) * Percent / 100);
            world.Log.DeleteRecords(world.Start);
        }
    }

    private sealed record Restart : Step
    {
        public override void Do(World world)
        {
            world.Log.Close();
            world.Log = world.Folder.Reopen();
        }
    }

    private sealed class World(LogFolder folder)
    {
        public LogFolder Folder => folder;

        public PartitionLog Log { get; set; } = folder.Open();

        public List<StoredRecord> Written { get; } = [];

        public long Start { get; set; }

        /// <summary>The last pass saw everything in front of this.</summary>
        public long CompactedTo { get; set; }

        public void Check()
        {
            Assert.Equal((Start, (long)Written.Count), (Log.StartOffset, Log.EndOffset));
            var there = LogFolder.Read(Log);
            var expected = Written.Where(record => record.Offset >= Start).ToList();
            // Nothing is changed or moved, and nothing behind the last pass is missing.
            Assert.Equal(expected.Where(there.ToHashSet().Contains), there);
            Assert.Equal(expected.Where(record => record.Offset >= CompactedTo), there.Where(record => record.Offset >= CompactedTo));
            foreach (var key in expected.GroupBy(record => record.Key))
            {
                var found = there.Where(record => record.Key == key.Key).ToList();
                var last = key.Last();
                // A tombstone may be gone after its time, with all that it removed.
                if (last.Value is not null || found.Count > 0)
                    Assert.Equal(last, found[^1]);
                var compacted = key.LastOrDefault(record => record.Offset < CompactedTo);
                Assert.All(found.Where(record => record.Offset < CompactedTo), record => Assert.Equal(compacted, record));
            }
        }
    }
}
