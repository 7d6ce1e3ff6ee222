namespace StockPipeline.Broker.Topics;

/// <summary>Where the value of a config comes from; the numbers are on the wire.</summary>
internal enum ConfigSource : byte
{
    Topic = 1,
    StaticBroker = 4,
    Default = 5,
}
