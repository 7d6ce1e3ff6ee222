using StockPipeline.Avro.Schemas;

namespace StockPipeline.SchemaRegistry.Codecs;

/// <summary>How subjects are named: as the strategies of Confluent's serializers name them, so that their tools find ours.</summary>
public static class SubjectNames
{
    /// <summary>TopicNameStrategy: the values of a topic with one kind of record.</summary>
    public static string OfTopic(string topic) => $"{topic}-value";

    /// <summary>TopicRecordNameStrategy: one kind of record among several of a topic.</summary>
    public static string OfRecord(string topic, NamedSchema schema) => $"{topic}-{schema.Name.Full}";
}
