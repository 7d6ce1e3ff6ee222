namespace StockPipeline.Broker.Topics;

/// <summary>The type of a config as DescribeConfigs names it; the numbers are on the wire.</summary>
internal enum ConfigType : byte
{
    Boolean = 1,
    Text = 2,
    Int = 3,
    Long = 5,
    Double = 6,
    List = 7,
}
