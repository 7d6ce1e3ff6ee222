using System.IO.Compression;
using Confluent.Kafka;
using StockPipeline.InteropTests.Support;
using StockPipeline.Testing;
using StockPipeline.Testing.Kafka;

namespace StockPipeline.InteropTests.Semantics;

/// <summary>What becomes of compressed batches: the same of our broker and of Apache Kafka.</summary>
public sealed class CompressionTests(Brokers brokers) : IClassFixture<Brokers>
{
    private const short Unreadable = -1;
    private const short Unsupported = 76;
    private const short InvalidRecord = 87;

    private static readonly CompressionType[] Codecs =
        [CompressionType.Gzip, CompressionType.Snappy, CompressionType.Lz4, CompressionType.Zstd];

    [Theory]
    [MemberData(nameof(Brokers.Kinds), MemberType = typeof(Brokers))]
    public async Task Batches_of_every_codec_are_compacted_and_read(KafkaKind kind)
    {
        const int keys = 10;
        var desk = await brokers.DeskAsync(kind);
        var topics = await Task.WhenAll(Codecs.Select(_ => desk.TopicAsync(
            1, ("cleanup.policy", "compact"), ("segment.ms", "100"), ("min.cleanable.dirty.ratio", "0.01"))));
        await Task.WhenAll(topics.Zip(Codecs, async (topic, codec) =>
        {
            using var producer = desk.Producer(config => (config.CompressionType, config.LingerMs, config.EnableIdempotence) = (codec, 50, false));
            await Task.WhenAll(Enumerable.Range(0, 500).Select(number => producer.ProduceAsync(
                topic, new() { Key = $"k{number % keys}", Value = $"{number} {new string('v', 200)}" })));
        }));

        foreach (var topic in topics)
        {
            var left = await Eventually.SeeAsync(
                async () =>
                {
                    await desk.FillAsync(topic, [("roll", "roll")]);
                    return desk.ReadAll(topic).Where(record => record.Message.Key != "roll").ToList();
                },
                records => records.Count <= keys, TimeSpan.FromSeconds(60));
            Assert.Equal(Enumerable.Range(490, keys).Select(number => $"{number}"), left.Select(record => record.Message.Value!.Split(' ')[0]));
        }
    }

    [Theory]
    [MemberData(nameof(Brokers.Kinds), MemberType = typeof(Brokers))]
    public async Task A_batch_that_is_not_what_its_codec_says_is_refused_and_nothing_is_written(KafkaKind kind)
    {
        var desk = await brokers.DeskAsync(kind);
        var deleted = await desk.TopicAsync();
        var compacted = await desk.TopicAsync(1, ("cleanup.policy", "compact"));
        foreach (var topic in (string[])[deleted, compacted])
        {
            foreach (var codec in Codecs)
                Assert.Equal((codec, Unreadable), (codec, await RawProduce.SendAsync(desk.BootstrapServers, topic, (int)codec, [1, 2, 3, 4, 5])));
            Assert.Equal(Unreadable, await RawProduce.SendAsync(desk.BootstrapServers, topic, codec: 7, [1, 2, 3]));
            Assert.Equal(Unsupported, await RawProduce.SendAsync(desk.BootstrapServers, topic, (int)CompressionType.Zstd, [1, 2, 3], version: 6));
        }

        Assert.Equal(InvalidRecord, await RawProduce.SendAsync(desk.BootstrapServers, compacted, (int)CompressionType.Gzip, Gzip(Record(key: null))));
        Assert.Equal(0, await RawProduce.SendAsync(desk.BootstrapServers, deleted, (int)CompressionType.Gzip, Gzip(Record(key: null))));
        Assert.Single(desk.ReadAll(deleted));
        Assert.Empty(desk.ReadAll(compacted));
    }

    /// <summary>Length, attributes, time, offset, key, value, headers; numbers are zigzag.</summary>
    private static byte[] Record(byte? key)
    {
        byte[] record = [0, 0, 0, .. key is { } one ? (byte[])[2, one] : [1], 2, (byte)'v', 0];
        return [(byte)(record.Length * 2), .. record];
    }

    private static byte[] Gzip(byte[] records)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write(records);
        return packed.ToArray();
    }
}
