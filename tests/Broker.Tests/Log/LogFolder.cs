using System.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using StockPipeline.Broker.Log;
using StockPipeline.Broker.Protocol;
using StockPipeline.BrokerTests.Wire;
using StockPipeline.Testing;

namespace StockPipeline.BrokerTests.Log;

/// <summary>A folder with one log on a disk that can be made to fail, and a clock that moves when told to.</summary>
internal sealed class LogFolder : IDisposable
{
    public static readonly DateTimeOffset Start = new(2026, 3, 2, 10, 0, 0, TimeSpan.Zero);

    private readonly TempFolder folder = new();

    public LogFolder(LogSettings? settings = null)
    {
        Settings = settings ?? new LogSettings();
        Environment = new LogEnvironment(Disk, Clock, NullLogger.Instance) { LeaderEpoch = 1, Flush = FlushPolicy.Os };
    }

    public FaultyDisk Disk { get; } = new();

    public ManualClock Clock { get; } = new(Start);

    public LogSettings Settings { get; set; }

    public LogEnvironment Environment { get; set; }

    public string Path => folder.File("topic-0");

    public long Now => Clock.GetUtcNow().ToUnixTimeMilliseconds();

    public string[] Files(string ending) => [.. Directory.GetFiles(Path, "*" + ending).Order(StringComparer.Ordinal)];

    /// <summary>What the segments take on the disk.</summary>
    public long LogBytes => Files(".log").Sum(file => new FileInfo(file).Length);

    public PartitionLog Open() => PartitionLog.Open(Environment, Path, Settings);

    /// <summary>The process died: what was open is abandoned, and the next start counts a new epoch.</summary>
    public PartitionLog Reopen()
    {
        Environment = Environment with { LeaderEpoch = Environment.LeaderEpoch + 1 };
        return Open();
    }

    public LogFolder WithLogger(ILogger logger)
    {
        Environment = Environment with { Logger = logger };
        return this;
    }

    /// <summary>All records from an offset on, read the way a consumer fetches.</summary>
    public static List<StoredRecord> Read(PartitionLog log, long? from = null, int maxBytes = 64 * 1024)
    {
        var records = new List<StoredRecord>();
        var offset = from ?? log.StartOffset;
        while (offset < log.EndOffset)
        {
            var read = log.Read(offset, maxBytes, atLeastOne: true);
            Assert.Equal(ErrorCode.None, read.Error);
            if (read.Region is null)
                break;
            var next = Decode(Bytes(read.Region), offset, records);
            Assert.True(next > offset, $"A read at {offset} must bring the reader forward.");
            offset = next;
        }
        return records;
    }

    public static byte[] Bytes(LogRegion region)
    {
        var bytes = region.ToArray();
        region.Release();
        return bytes;
    }

    /// <summary>Takes batches apart; says which offset comes next.</summary>
    public static long Decode(ReadOnlyMemory<byte> bytes, long from, List<StoredRecord> into)
    {
        var next = from;
        while (!bytes.IsEmpty)
        {
            var batch = new RecordBatch(bytes.Span);
            var whole = bytes[..(int)batch.Size];
            Assert.True(new RecordBatch(whole.Span).HasRightChecksum);
            if (BatchBody.TryOpen(whole, out var body))
            {
                var reader = body.Read();
                while (reader.MoveNext())
                {
                    var offset = batch.BaseOffset + reader.OffsetDelta;
                    var time = batch.HasAppendTime ? batch.MaxTimestamp : batch.BaseTimestamp + reader.TimestampDelta;
                    if (offset >= from)
                        into.Add(new(offset, time, Text(reader.HasKey, reader.Key), Text(reader.HasValue, Value(reader.Raw))));
                }
                body.Dispose();
            }
            next = batch.NextOffset;
            bytes = bytes[(int)batch.Size..];
        }
        return next;
    }

    public static long Append(PartitionLog log, params string?[] values) => Append(log, Batch.Of(values));

    public static long Append(PartitionLog log, byte[] batch)
    {
        var result = log.Append(batch);
        Assert.Equal(ErrorCode.None, result.Error);
        return result.BaseOffset;
    }

    public void Dispose() => folder.Dispose();

    /// <summary>Behind length, attributes, time, offset and key.</summary>
    private static ReadOnlySpan<byte> Value(ReadOnlySpan<byte> record)
    {
        using var reader = new BinaryReader(new MemoryStream(record.ToArray()));
        long Number() => reader.Read7BitEncodedInt64() is var raw ? (raw >> 1) ^ -(raw & 1) : 0;
        _ = (Number(), reader.ReadByte(), Number(), Number(), reader.ReadBytes((int)Math.Max(0, Number())));
        return reader.ReadBytes((int)Math.Max(0, Number()));
    }

    private static string? Text(bool isThere, ReadOnlySpan<byte> bytes) => isThere ? Encoding.UTF8.GetString(bytes) : null;
}
