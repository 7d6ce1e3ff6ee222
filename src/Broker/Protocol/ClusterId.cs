using System.Text;
using StockPipeline.Broker.Storage;

namespace StockPipeline.Broker.Protocol;

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
