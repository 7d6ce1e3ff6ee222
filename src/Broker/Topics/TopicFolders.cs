using System.Globalization;
using StockPipeline.Broker.Storage;

namespace StockPipeline.Broker.Topics;

/// <summary>
/// Where the logs of topics lie: <c>topics/NAME/NAME-PARTITION</c>. A topic that is deleted first moves to <c>deleted/ID</c> in one rename,
/// which is also the record that the deletion has begun: a crash after it ends in a finished deletion, never in half a topic.
/// </summary>
internal sealed class TopicFolders(string dataFolder, IDisk disk)
{
    private readonly string topics = Path.Combine(dataFolder, "topics");
    private readonly string deleted = Path.Combine(dataFolder, "deleted");

    public string Of(string topic, int partition) => Path.Combine(
        Of(topic), string.Create(CultureInfo.InvariantCulture, $"{topic}-{partition}"));

    public bool IsDeleted(Guid id) => Directory.Exists(TrashOf(id));

    public void Prepare()
    {
        disk.CreateFolder(topics);
        disk.CreateFolder(deleted);
        disk.FlushFolder(dataFolder);
    }

    /// <summary>Makes an empty folder for a new topic; what an unfinished creation left there goes.</summary>
    public void Create(string topic)
    {
        if (Directory.Exists(Of(topic)))
            MoveToTrash(topic, Guid.NewGuid());
        disk.CreateFolder(Of(topic));
        disk.FlushFolder(topics);
    }

    public void MoveToTrash(string topic, Guid id)
    {
        disk.MoveFolder(Of(topic), TrashOf(id));
        disk.FlushFolder(topics);
        disk.FlushFolder(deleted);
    }

    public void Destroy(Guid id)
    {
        if (IsDeleted(id))
            disk.DeleteFolder(TrashOf(id));
    }

    /// <summary>What earlier deletions did not get round to.</summary>
    public void DestroyAll()
    {
        foreach (var grave in Directory.GetDirectories(deleted))
            disk.DeleteFolder(grave);
    }

    private string Of(string topic) => Path.Combine(topics, topic);

    private string TrashOf(Guid id) => Path.Combine(deleted, id.ToString("N"));
}
