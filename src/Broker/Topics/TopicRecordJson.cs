using System.Text.Json.Serialization;

namespace StockPipeline.Broker.Topics;

/// <summary>The serializer of <see cref="TopicRecord"/>, made at compile time.</summary>
[JsonSerializable(typeof(TopicRecord))]
internal sealed partial class TopicRecordJson : JsonSerializerContext;
