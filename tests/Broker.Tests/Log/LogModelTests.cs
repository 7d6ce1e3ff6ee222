using StockPipeline.Broker.Log;
using StockPipeline.Broker.Protocol;
using StockPipeline.Testing;
using Xunit.Abstractions;

namespace StockPipeline.BrokerTests.Log;

/// <summary>Random lives of a log beside a list in memory; the process dies at random changes to the disk, also while it opens.</summary>
public sealed class LogModelTests(ITestOutputHelper output)
{
    private const int Lives = 25;
    private const int StepsPerLife = 60;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_was_acknowledged_is_there_once_and_in_order_whatever_happens(bool compact)
    {
        var seed = Seed.Next(output.WriteLine);
        var random = new Random(seed);
        for (var life = 0; life < Lives; life++)
        {
            using var world = new World(random, compact);
            try
            {
                for (var step = 0; step < StepsPerLife; step++)
                    world.Step();
                world.Finish();
            }
            catch (Exception failure) when (failure is not FaultyDisk.ProcessDiedException)
            {
                throw new InvalidOperationException($"seed {seed} life {life}: {string.Join(" ", world.Story.TakeLast(40))}", failure);
            }
        }
    }

    private sealed class World : IDisposable
    {
        private readonly Random random;
        private readonly bool compact;
        private readonly LogFolder folder;
        private readonly List<StoredRecord> model = [];
        private PartitionLog log;
        private long start;
        private long end;
        private int sequence;
        private int values;

        public World(Random random, bool compact)
        {
            this.random = random;
            this.compact = compact;
            folder = new LogFolder(new LogSettings
            {
                Compact = compact,
                Delete = !compact || random.Next(3) == 0,
                SegmentBytes = random.Next(300, 3_000),
                RetentionMs = random.Next(2) == 0 ? -1 : random.Next(1_000, 60_000),
                RetentionBytes = random.Next(2) == 0 ? -1 : random.Next(1, 20_000),
                DeleteRetentionMs = random.Next(0, 20_000),
            });
            log = folder.Open();
        }

        public List<string> Story { get; } = [];

        public void Step()
        {
            if (random.Next(4) == 0)
                folder.Disk.ChangesUntilDeath = random.Next(1, 25);
            try
            {
                Act();
                folder.Disk.ChangesUntilDeath = null;
            }
            catch (FaultyDisk.ProcessDiedException)
            {
                Story.Add("died");
                folder.Disk.Revive();
                while (!TryReopen())
                    folder.Disk.Revive();
            }
            Check();
        }

        /// <summary>The process may die again while it puts right what the last death left.</summary>
        private bool TryReopen()
        {
            folder.Disk.ChangesUntilDeath = random.Next(3) == 0 ? random.Next(1, 6) : null;
            try
            {
                log = folder.Reopen();
                folder.Disk.ChangesUntilDeath = null;
                return true;
            }
            catch (FaultyDisk.ProcessDiedException)
            {
                Story.Add("died opening");
                return false;
            }
        }

        public void Finish()
        {
            log.Close();
            log = folder.Reopen();
            Check();
            log.Close();
            Assert.Equal(0, folder.Disk.OpenFiles);
        }

        public void Dispose()
        {
            folder.Disk.Revive();
            folder.Dispose();
        }

        private void Act()
        {
            folder.Clock.Advance(TimeSpan.FromMilliseconds(random.Next(0, 2_000)));
            switch (random.Next(20))
            {
                case 0:
                    Story.Add("retain");
                    log.Upkeep.Retain();
                    break;
                case 1:
                    Story.Add("checkpoint");
                    log.Upkeep.SaveCheckpoint();
                    break;
                case 2 or 3:
                    Story.Add("clean");
                    log.Upkeep.Cleaner.Clean(CancellationToken.None);
                    break;
                case 4:
                    DeleteRecords();
                    break;
                case 5:
                    Story.Add("restart");
                    log.Close();
                    log = folder.Reopen();
                    break;
                default:
                    Append();
                    break;
            }
        }

        private void DeleteRecords()
        {
            var target = random.NextInt64(log.StartOffset, log.EndOffset + 1);
            Story.Add($"delete<{target}");
            Assert.Equal(ErrorCode.None, log.DeleteRecords(target));
            start = Math.Max(start, target);
        }

        /// <summary>An idempotent producer that repeats what it got no answer for, and now and then what it did.</summary>
        private void Append()
        {
            var batch = new Batch
            {
                ProducerId = 1, ProducerEpoch = 0, Sequence = sequence, Time = folder.Now, Codec = random.Next(3) == 0 ? Codec.Gzip : Codec.None,
            };
            var records = new List<StoredRecord>();
            for (var count = random.Next(1, 5); count > 0; count--)
            {
                var record = new StoredRecord(end + records.Count, folder.Now, $"k{random.Next(8)}", random.Next(6) == 0 ? null : $"v{values++}");
                batch.Add(record.Key, record.Value);
                records.Add(record);
            }
            Story.Add($"append {end}+{records.Count}");
            AppendResult result;
            try
            {
                result = log.Append(batch.Bytes());
            }
            catch (FaultyDisk.ProcessDiedException)
            {
                Story.Add("died appending");
                folder.Disk.Revive();
                while (!TryReopen())
                    folder.Disk.Revive();
                result = log.Append(batch.Bytes());
            }
            Assert.Equal((ErrorCode.None, end), (result.Error, result.BaseOffset));
            model.AddRange(records);
            end += records.Count;
            sequence += records.Count;
            if (random.Next(5) == 0)
                Assert.Equal((ErrorCode.None, result.BaseOffset), (log.Append(batch.Bytes()).Error, log.Append(batch.Bytes()).BaseOffset));
        }

        private void Check()
        {
            Assert.Equal(end, log.EndOffset);
            Assert.True(log.StartOffset >= start, $"The start went back from {start} to {log.StartOffset}.");
            start = log.StartOffset;
            var found = LogFolder.Read(log, maxBytes: random.Next(1, 3_000));
            var expected = model.Where(record => record.Offset >= start).ToList();
            if (!compact)
            {
                Assert.Equal(expected, found);
                return;
            }
            // Compaction may take records away, but changes none, keeps the order, and never takes the last value of a key.
            Assert.Equal(expected.Where(found.ToHashSet().Contains), found);
            foreach (var key in expected.GroupBy(record => record.Key))
            {
                var last = found.LastOrDefault(record => record.Key == key.Key);
                Assert.True(last == key.Last() || (key.Last().Value is null && last is null), $"{key.Last()} became {last}");
            }
        }
    }
}
