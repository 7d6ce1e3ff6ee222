namespace StockPipeline.Broker.Topics;

/// <summary>What a topic gets when nobody says (num.partitions), and whether naming one creates it (auto.create.topics.enable).</summary>
internal sealed record TopicDefaults(int Partitions, bool AutoCreate);
