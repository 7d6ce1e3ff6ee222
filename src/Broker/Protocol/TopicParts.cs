namespace StockPipeline.Broker.Protocol;

/// <summary>A topic by name with something for each of some partitions: the shape that most requests about data and offsets have.</summary>
internal readonly record struct TopicParts<T>(string Name, T[] Parts);
