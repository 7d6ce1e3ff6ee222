using StockPipeline.Broker.Log;
using StockPipeline.Broker.Protocol;
using StockPipeline.Testing;
using Xunit.Abstractions;

namespace StockPipeline.BrokerTests.Log;

public sealed class BatchValidatorTests(ITestOutputHelper output)
{
    private static readonly long Now = LogFolder.Start.ToUnixTimeMilliseconds();

    public static TheoryData<string, byte[], short> BadBatches => new()
    {
        { "nothing", [], 87 },
        { "half a header", Batch.Of("a")[..40], 87 },
        { "cut short", Batch.Of("a")[..^1], 87 },
        { "bytes behind", [.. Batch.Of("a"), 0], 87 },
        { "two batches", [.. Batch.Of("a"), .. Batch.Of("b")], 87 },
        { "a flipped bit", Flipped(Batch.Of("a"), 65), 2 },
        { "another magic", With(Batch.Of("a"), 16, 1), 2 },
        { "negative length", With(Batch.Of("a"), 8, 0xFF), 2 },
        { "base offset", With(Batch.Of("a"), 7, 1), 87 },
        { "no records", Batch.Tampered(Batch.Of("a"), 57, 0, 0, 0, 0), 87 },
        { "negative count", Batch.Tampered(Batch.Of("a"), 57, 0xFF, 0xFF, 0xFF, 0xFF), 87 },
        { "wrong last delta", Batch.Tampered(Batch.Of("a"), 23, 0, 0, 0, 1), 87 },
        { "control batch", new Batch { Flags = 0x20 }.Add("k", "a").Bytes(), 87 },
        { "transactional", new Batch { Flags = 0x10, ProducerId = 1, ProducerEpoch = 0, Sequence = 0 }.Add("k", "a").Bytes(), 48 },
        { "no sequence", new Batch { ProducerId = 1, ProducerEpoch = 0 }.Add("k", "a").Bytes(), 87 },
        { "codec 7", new Batch { Flags = 7 }.Add("k", "a").Bytes(), -1 },
        { "claimed append time", new Batch { Flags = 8 }.Add("k", "a").Bytes(), 32 },
    };

    [Theory]
    [MemberData(nameof(BadBatches))]
    public void A_bad_batch_is_refused_with_kafka_s_error(string why, byte[] bytes, short error)
    {
        var verdict = BatchValidator.Check(bytes, new LogSettings(), Now);

        Assert.True(verdict.Error == (ErrorCode)error, $"{why}: {verdict}");
        Assert.NotNull(verdict.Message);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Every_codec_of_kafka_passes_on_a_topic_that_is_only_deleted(int codec)
    {
        var bytes = new Batch { Codec = (Codec)codec }.Add(null, "a").Bytes();

        Assert.Equal(ErrorCode.None, BatchValidator.Check(bytes, new LogSettings(), Now).Error);
    }

    [Fact]
    public void Size_limits_are_exact()
    {
        var bytes = Batch.Of("a");

        Assert.Equal(ErrorCode.None, Check(bytes, new LogSettings { MaxMessageBytes = bytes.Length, SegmentBytes = bytes.Length }));
        Assert.Equal(ErrorCode.MessageTooLarge, Check(bytes, new LogSettings { MaxMessageBytes = bytes.Length - 1 }));
        Assert.Equal(ErrorCode.RecordListTooLarge, Check(bytes, new LogSettings { SegmentBytes = bytes.Length - 1 }));
    }

    [Theory]
    [InlineData(3_600_000, 0)]
    [InlineData(3_600_001, 32)]
    [InlineData(-10_000, 0)]
    [InlineData(-10_001, 32)]
    public void Times_too_far_from_the_broker_s_are_refused(long fromNow, short error)
    {
        var bytes = new Batch { Time = Now + fromNow }.Add("k", "a").Bytes();

        Assert.Equal((ErrorCode)error, Check(bytes, new LogSettings { TimestampBeforeMaxMs = 10_000 }));
        Assert.Equal(ErrorCode.None, Check(bytes, new LogSettings { TimestampBeforeMaxMs = 10_000, LogAppendTime = true }));
    }

    [Fact]
    public void The_largest_limits_do_not_overflow()
    {
        var settings = new LogSettings { TimestampBeforeMaxMs = long.MaxValue, TimestampAfterMaxMs = long.MaxValue };

        Assert.Equal(ErrorCode.None, Check(new Batch { Time = long.MaxValue }.Add("k", "a").Bytes(), settings));
        Assert.Equal(ErrorCode.None, Check(new Batch { Time = 0 }.Add("k", "a").Bytes(), settings));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void A_compacted_topic_names_the_record_without_a_key(int codec)
    {
        var bytes = new Batch { Codec = (Codec)codec }.Add("k", "a").Add("", "b").Add(null, "c").Bytes();

        var verdict = BatchValidator.Check(bytes, new LogSettings { Compact = true }, Now);

        Assert.Equal((ErrorCode.InvalidRecord, 2), (verdict.Error, verdict.BadRecord));
    }

    [Theory, MemberData(nameof(Codecs))]
    public void A_batch_that_is_not_what_its_codec_says_is_refused_by_every_topic(int codec)
    {
        foreach (var settings in new[] { new LogSettings(), new LogSettings { Compact = true } })
        {
            Assert.Equal(ErrorCode.UnknownServerError, Check(new Batch { Codec = (Codec)codec }.Add("k", "a").Bytes([1, 2, 3]), settings));
            var others = Compression.Compress((Codec)codec, [200, 1]);
            Assert.Equal(ErrorCode.InvalidRecord, Check(new Batch { Codec = (Codec)codec }.Add("k", "a").Bytes(others), settings));
        }
        Assert.Equal(ErrorCode.InvalidRecord, Check(new Batch().Add("k", "a").Bytes([1, 2, 3]), new LogSettings { Compact = true }));
    }

    [Theory, MemberData(nameof(Codecs))]
    public void A_batch_that_inflates_past_the_limit_is_refused_not_inflated(int codec)
    {
        var bomb = Compression.Compress((Codec)codec, new byte[Compression.MaxInflatedBytes + 1]);

        var bytes = new Batch { Codec = (Codec)codec }.Add("k", "a").Bytes(bomb);
        Assert.Equal(ErrorCode.UnknownServerError, Check(bytes, new LogSettings { MaxMessageBytes = int.MaxValue }));
    }

    [Theory, MemberData(nameof(Codecs))]
    public void Compressed_bytes_with_a_few_changed_are_read_or_refused_and_never_read_outside(int codec)
    {
        var good = Compression.Compress((Codec)codec, [.. Enumerable.Range(0, 5_000).Select(number => (byte)(number * number / 7))]);
        var seed = Seed.Next(output.WriteLine);
        var random = new Random(seed);
        for (var round = 0; round < 2_000; round++)
        {
            var bytes = good.AsSpan(0, random.Next(good.Length + 1)).ToArray();
            for (var changes = random.Next(1, 4); changes > 0 && bytes.Length > 0; changes--)
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            if (Compression.TryInflate((Codec)codec, bytes, out var length) is { } inflated)
                Assert.True(length <= inflated.Length && length <= Compression.MaxInflatedBytes, $"seed {seed}");
        }
    }

    [Fact]
    public void Snappy_is_read_in_the_frame_of_Java_s_clients_as_well()
    {
        var records = Compression.TryInflate(Codec.Snappy, JavaFrame([1, 2, 3], [4, 5]), out var length);

        Assert.Equal([1, 2, 3, 4, 5], records![..length]);
        Assert.Null(Compression.TryInflate(Codec.Snappy, JavaFrame([1, 2, 3])[..^1], out _));
    }

    [Fact]
    public void Records_with_hostile_lengths_end_the_walk_without_reading_outside()
    {
        var good = new Batch().Add("key", "value", 5, ("h", "x")).Add(null, null).Bytes();
        var seed = Seed.Next(output.WriteLine);
        var random = new Random(seed);
        for (var round = 0; round < 20_000; round++)
        {
            var bytes = good.AsSpan(RecordBatch.HeaderSize).ToArray();
            for (var changes = random.Next(1, 4); changes > 0; changes--)
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            var reader = new RecordReader(bytes.AsSpan(0, random.Next(bytes.Length + 1)));
            while (reader.MoveNext())
                Assert.True(reader.Key.Length < reader.Raw.Length && reader.Raw.Length <= bytes.Length, $"seed {seed}");
        }
    }

    public static TheoryData<int> Codecs => [1, 2, 3, 4];

    private static byte[] JavaFrame(params byte[][] blocks)
    {
        var framed = blocks.Select(block => Compression.Compress(Codec.Snappy, block))
            .SelectMany(block => (byte[])[0, 0, 0, (byte)block.Length, .. block]);
        return [0x82, .. "SNAPPY"u8, 0, 0, 0, 0, 1, 0, 0, 0, 1, .. framed];
    }

    private static ErrorCode Check(byte[] bytes, LogSettings settings) => BatchValidator.Check(bytes, settings, Now).Error;

    private static byte[] Flipped(byte[] bytes, int position) => With(bytes, position, (byte)(bytes[position] ^ 1));

    private static byte[] With(byte[] bytes, int position, byte value)
    {
        bytes[position] = value;
        return bytes;
    }
}
