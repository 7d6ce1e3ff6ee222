namespace StockPipeline.Broker.Protocol;

/// <summary>How clients see the one node: its ids and the address they are told to connect to, settled before the first connection.</summary>
internal sealed class BrokerAddress(string clusterId)
{
    public const int NodeId = 1;

    public string ClusterId => clusterId;

    public string Host { get; set; } = string.Empty;

    public int Port { get; set; }
}
