using System.Text.Json;
using Avro;
using Avro.Generic;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Confluent.SchemaRegistry;
using Confluent.SchemaRegistry.Serdes;
using StockPipeline.Testing.Kafka;
using ApacheSchema = Avro.Schema;

namespace StockPipeline.TopicsTests;

/// <summary>Topics of others, written by Confluent's own serializer.</summary>
public sealed class ForeignTopicTests
{
    private const string Order = """
        {"type":"record","name":"Order","namespace":"shop","fields":[
          {"name":"id","type":{"type":"string","logicalType":"uuid"}},
          {"name":"at","type":{"type":"long","logicalType":"timestamp-micros"}},
          {"name":"total","type":{"type":"bytes","logicalType":"decimal","precision":9,"scale":2}},
          {"name":"state","type":{"type":"enum","name":"State","symbols":["NEW","PAID"]}},
          {"name":"tags","type":{"type":"map","values":"int"}},
          {"name":"lines","type":{"type":"array","items":{"type":"record","name":"Line","fields":[{"name":"sku","type":"string"}]}}},
          {"name":"note","type":["null","string"]},
          {"name":"raw","type":"bytes"}]}
        """;

    [Fact]
    public async Task Any_topic_with_Avro_can_be_looked_into()
    {
        await using var pipeline = await FilledPipeline.StartAsync(KafkaKind.Embedded);
        await WriteAsync(pipeline);

        var (code, table, _) = await pipeline.RunAsync("peek orders");
        var (_, json, _) = await pipeline.RunAsync("peek orders --json --last 1");

        Assert.Equal(0, code);
        Assert.Matches(@"key +id +at +total +state +tags +lines +note +raw", table);
        var row = JsonDocument.Parse(json).RootElement;
        Assert.Equal("o-1", row.GetProperty("key").GetString());
        Assert.Equal(12.34m, row.GetProperty("total").GetDecimal());
        Assert.Equal("2026-11-20T07:00:00Z", row.GetProperty("at").GetString());
        Assert.Equal("PAID", row.GetProperty("state").GetString());
        Assert.Equal(3, row.GetProperty("tags").GetProperty("a").GetInt32());
        Assert.Equal("x", row.GetProperty("lines")[0].GetProperty("sku").GetString());
        Assert.Equal(JsonValueKind.Null, row.GetProperty("note").ValueKind);
        Assert.Equal("00ff", row.GetProperty("raw").GetString());
    }

    [Fact]
    public async Task What_is_not_Avro_is_said_and_the_rest_is_shown()
    {
        await using var pipeline = await FilledPipeline.StartAsync(KafkaKind.Embedded);
        await WriteAsync(pipeline, [1, 2, 3], [0, 0, 0, 0, 99, 1], [0, 0, 0, 0, 0xff]);

        var (code, output, _) = await pipeline.RunAsync("peek orders");

        Assert.Equal(0, code);
        Assert.Contains("3 bytes, not in Confluent's wire format", output, StringComparison.Ordinal);
        Assert.Contains("1 bytes of schema 99, which the registry does not know", output, StringComparison.Ordinal);
        Assert.Contains("12.34", output, StringComparison.Ordinal);
    }

    private static async Task WriteAsync(FilledPipeline pipeline, params byte[][] others)
    {
        using var registry = new CachedSchemaRegistryClient(new SchemaRegistryConfig { Url = pipeline.Registry.ToString() });
        using (var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = pipeline.Connection.BootstrapServers }).Build())
            await admin.CreateTopicsAsync([new TopicSpecification { Name = "orders", NumPartitions = 1, ReplicationFactor = 1 }]);
        var config = new ProducerConfig { BootstrapServers = pipeline.Connection.BootstrapServers };
        using var bytes = new ProducerBuilder<string, byte[]>(config).Build();
        foreach (var other in others)
            await bytes.ProduceAsync("orders", new Message<string, byte[]> { Key = "other", Value = other });
        using var orders = new ProducerBuilder<string, GenericRecord>(config).SetValueSerializer(new AvroSerializer<GenericRecord>(registry)).Build();
        await orders.ProduceAsync("orders", new Message<string, GenericRecord> { Key = "o-1", Value = Record() });
    }

    private static GenericRecord Record()
    {
        var schema = (RecordSchema)ApacheSchema.Parse(Order);
        var line = new GenericRecord((RecordSchema)((ArraySchema)schema["lines"].Schema).ItemSchema);
        line.Add("sku", "x");
        var record = new GenericRecord(schema);
        record.Add("id", Guid.Empty);
        record.Add("at", FilledPipeline.Open.UtcDateTime);
        record.Add("total", new AvroDecimal(12.34m));
        record.Add("state", new GenericEnum((EnumSchema)schema["state"].Schema, "PAID"));
        record.Add("tags", new Dictionary<string, object> { ["a"] = 3 });
        record.Add("lines", new object[] { line });
        record.Add("note", null);
        record.Add("raw", new byte[] { 0, 255 });
        return record;
    }
}
