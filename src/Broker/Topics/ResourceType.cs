namespace StockPipeline.Broker.Topics;

/// <summary>What configs can belong to; the numbers are on the wire.</summary>
internal enum ResourceType : byte
{
    Topic = 2,
    Broker = 4,
}
