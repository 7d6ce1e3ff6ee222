using System.Text;
using StockPipeline.Broker.Storage;

namespace StockPipeline.Broker.Protocol;

/// <summary>How clients see the one node: its ids and the address they are told to connect to, settled before the first connection.</summary>
internal sealed class BrokerAddress(string clusterId)
{
    public const int NodeId = 1;

    public string ClusterId => clusterId;

    public string Host { get; set; } = string.Empty;

    public int Port { get; set; }
}

/// <summary>The id of the cluster: random, made by the first start in a data folder and kept there for good.</summary>
internal static class ClusterId
{
    private const string Key = "cluster-id";

    public static string Of(Journal journal)
    {
        if (journal.Entries().FirstOrDefault(entry => entry.Key == Key).Value is { } kept)
            return Encoding.UTF8.GetString(kept);
        // As Kafka writes it: a UUID in 22 characters of URL-safe base 64.
        var id = Convert.ToBase64String(Guid.NewGuid().ToByteArray()).TrimEnd('=').Replace('+', '-').Replace('/', '_');
        journal.Put(Key, Encoding.UTF8.GetBytes(id), flush: true);
        return id;
    }
}
