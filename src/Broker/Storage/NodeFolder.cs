using System.Globalization;
using System.Text;

namespace StockPipeline.Broker.Storage;

/// <summary>
/// The data folder of the node: keeps a second broker out, remembers the cluster id and the leader epoch, and knows whether the last one
/// to use the folder closed it. The epoch grows with every start that follows a death, so clients can tell a log that was cut off.
/// </summary>
internal sealed class NodeFolder : IDisposable
{
    private const string ClusterIdKey = "cluster-id";
    private const string LeaderEpochKey = "leader-epoch";

    private readonly FileStream onlyUser;
    private readonly string folder;

    public NodeFolder(string folder)
    {
        this.folder = folder;
        Directory.CreateDirectory(folder);
        onlyUser = TakeFolder(folder);
        try
        {
            Journal = Journal.Open(Path.Combine(folder, "node.journal"));
            var kept = Journal.Entries().ToDictionary(entry => entry.Key, entry => Encoding.UTF8.GetString(entry.Value));
            ClusterId = kept.GetValueOrDefault(ClusterIdKey) ?? NewClusterId();
            WasClosed = File.Exists(CleanMark) || !kept.ContainsKey(LeaderEpochKey);
            var lastEpoch = int.Parse(kept.GetValueOrDefault(LeaderEpochKey, "0"), CultureInfo.InvariantCulture);
            LeaderEpoch = WasClosed ? lastEpoch : lastEpoch + 1;
            Journal.Apply(
                [new(ClusterIdKey, Encoding.UTF8.GetBytes(ClusterId)), new(LeaderEpochKey, Encoding.UTF8.GetBytes(Text(LeaderEpoch)))], flush: true);
            File.Delete(CleanMark);
            Folders.Flush(folder);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>What the node keeps; others may add their own keys.</summary>
    public Journal Journal { get; } = null!;

    public string ClusterId { get; } = string.Empty;

    public int LeaderEpoch { get; }

    /// <summary>The last broker here ended in order, or there was none.</summary>
    public bool WasClosed { get; }

    private string CleanMark => Path.Combine(folder, "closed-cleanly");

    /// <summary>Says that everything in the folder is in order; the last act of a clean stop.</summary>
    public void MarkClosed()
    {
        Journal.Flush();
        File.WriteAllBytes(CleanMark, []);
        Folders.Flush(folder);
    }

    public void Dispose()
    {
        Journal?.Dispose();
        onlyUser.Dispose();
    }

    private static FileStream TakeFolder(string folder)
    {
        try
        {
            return new FileStream(Path.Combine(folder, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException taken)
        {
            throw new IOException($"The data folder {folder} is used by another broker, or cannot be written: {taken.Message}", taken);
        }
    }

    /// <summary>As Kafka writes it: a random UUID in 22 characters of URL-safe base 64.</summary>
    private static string NewClusterId() =>
        Convert.ToBase64String(Guid.NewGuid().ToByteArray()).TrimEnd('=').Replace('+', '-').Replace('/', '_');

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
