namespace StockPipeline.Broker.Groups;

/// <summary>One partition of one topic, by name.</summary>
internal readonly record struct TopicSlot(string Topic, int Partition);
