using System.Collections.Immutable;
using StockPipeline.Broker.Log;
using StockPipeline.Broker.Protocol;
using StockPipeline.Broker.Storage;

namespace StockPipeline.Broker.Topics;

/// <summary>
/// All topics of the broker, by name and by id. Looking up takes no lock; changes come one at a time and are on the disk before they are
/// visible. Throws <see cref="RefusedException"/> for what Kafka refuses.
/// </summary>
internal sealed class TopicRegistry : IDisposable
{
    /// <summary>Partitions of all topics together; each keeps a file open.</summary>
    public const int MaxPartitions = 10_000;

    private readonly Lock gate = new();
    private readonly Journal journal;
    private readonly TopicFolders folders;
    private readonly LogEnvironment environment;
    private readonly int minSegmentBytes;
    private readonly ILogger logger;
    private volatile ImmutableSortedDictionary<string, Topic> byName = ImmutableSortedDictionary.Create<string, Topic>(StringComparer.Ordinal);
    private volatile ImmutableDictionary<Guid, Topic> byId = ImmutableDictionary<Guid, Topic>.Empty;

    private TopicRegistry(string dataFolder, LogEnvironment environment, int minSegmentBytes, ILogger logger)
    {
        this.environment = environment;
        this.minSegmentBytes = minSegmentBytes;
        this.logger = logger;
        folders = new TopicFolders(dataFolder, environment.Disk);
        folders.Prepare();
        journal = Journal.Open(Path.Combine(dataFolder, "topics.journal"), environment.Disk, logger);
    }

    /// <summary>
    /// Told when a topic is gone and before another can take its name, so that others forget what they keep of it; must not call back.
    /// </summary>
    public event Action<Topic>? Deleted;

    public IReadOnlyCollection<Topic> All => [.. byName.Values];

    public IEnumerable<PartitionLog> Logs => byName.Values.SelectMany(topic => topic.Partitions);

    /// <summary>Opens what the data folder holds; finishes deletions a crash interrupted.</summary>
    public static TopicRegistry Open(string dataFolder, LogEnvironment environment, int minSegmentBytes, ILogger logger)
    {
        var registry = new TopicRegistry(dataFolder, environment, minSegmentBytes, logger);
        try
        {
            registry.Load();
        }
        catch
        {
            registry.Dispose();
            throw;
        }
        return registry;
    }

    public Topic? Find(string name) => byName.GetValueOrDefault(name);

    public Topic? Find(Guid id) => byId.GetValueOrDefault(id);

    /// <summary>The log of a partition, or null when there is no such topic or partition.</summary>
    public PartitionLog? FindLog(string topic, int partition) => Find(topic)?.Find(partition);

    /// <summary>Checks all that <see cref="Create"/> would, and changes nothing.</summary>
    public TopicConfig CheckNew(string name, int partitions, IReadOnlyDictionary<string, string> configs)
    {
        TopicName.Check(name);
        var topics = byName;
        if (topics.ContainsKey(name))
            throw new RefusedException(ErrorCode.TopicAlreadyExists, $"Topic '{name}' already exists.");
        if (topics.Keys.FirstOrDefault(other => TopicName.Collision(other) == TopicName.Collision(name)) is { } similar)
            throw new RefusedException(ErrorCode.InvalidTopic, $"Topic '{name}' collides with existing topic: {similar}");
        CheckRoom(topics, partitions);
        return TopicConfig.From(configs, minSegmentBytes);
    }

    public Topic Create(string name, int partitions, IReadOnlyDictionary<string, string> configs)
    {
        lock (gate)
        {
            var config = CheckNew(name, partitions, configs);
            return Durably(() =>
            {
                folders.Create(name);
                var topic = Extend(new Topic(name, Guid.NewGuid(), config, []), partitions);
                logger.TopicCreated(name, partitions);
                return topic;
            });
        }
    }

    public Topic Delete(string name)
    {
        lock (gate)
        {
            var topic = Known(name);
            return Durably(() =>
            {
                // From the rename on the topic is gone, also for a start after a crash; what follows only tidies up.
                folders.MoveToTrash(name, topic.Id);
                byName = byName.Remove(name);
                byId = byId.Remove(topic.Id);
                Abandon(topic.Partitions, ErrorCode.UnknownTopicOrPartition);
                Deleted?.Invoke(topic);
                journal.Remove(name, flush: true);
                folders.Destroy(topic.Id);
                logger.TopicDeleted(name);
                return topic;
            });
        }
    }

    /// <summary>Checks what <see cref="Grow"/> would, and changes nothing.</summary>
    public Topic CheckGrowth(string name, int partitions)
    {
        var topic = Known(name);
        var now = topic.Partitions.Count;
        if (partitions <= now)
        {
            throw new RefusedException(ErrorCode.InvalidPartitions, partitions == now
                ? $"Topic already has {now} partition(s)."
                : $"The topic {name} currently has {now} partition(s); {partitions} would not be an increase.");
        }
        CheckRoom(byName, partitions - now);
        return topic;
    }

    public Topic Grow(string name, int partitions)
    {
        lock (gate)
        {
            var topic = CheckGrowth(name, partitions);
            return Durably(() => Extend(topic, partitions));
        }
    }

    /// <summary>Replaces the configs of a topic by what <paramref name="change"/> makes of them; only checks when told so.</summary>
    public Topic Reconfigure(string name, Func<Topic, IReadOnlyDictionary<string, string>> change, bool onlyCheck)
    {
        lock (gate)
        {
            var topic = Known(name);
            var changed = topic with { Config = TopicConfig.From(change(topic), minSegmentBytes) };
            if (onlyCheck)
                return changed;
            Durably(() => Extend(changed, changed.Partitions.Count));
            foreach (var log in changed.Partitions)
                log.Settings = changed.Config.Settings;
            return changed;
        }
    }

    /// <summary>Closes the logs so that the next start finds them clean; when the disk refuses for some, the others are closed first.</summary>
    public void Close()
    {
        var refusals = new List<Exception>();
        foreach (var log in Logs)
        {
            try
            {
                log.Close();
            }
            catch (IOException refusal)
            {
                refusals.Add(refusal);
            }
        }
        Dispose();
        if (refusals.Count > 0)
            throw new AggregateException("Not all logs could be closed cleanly.", refusals);
    }

    /// <summary>Lets go of all files without bringing anything to order, as the death of the process would.</summary>
    public void Dispose()
    {
        Abandon(Logs, ErrorCode.KafkaStorageError);
        journal.Dispose();
    }

    private void Load()
    {
        foreach (var (name, bytes) in journal.Entries())
        {
            var record = TopicRecord.From(bytes);
            if (folders.IsDeleted(record.Id))
            {
                journal.Remove(name, flush: true);
                continue;
            }
            Extend(new Topic(name, record.Id, TopicConfig.From(record.Configs, minSegmentBytes: 0), []), record.Partitions, isKept: true);
        }
        folders.DestroyAll();
    }

    /// <summary>
    /// Opens the partitions that a topic does not have yet, makes its state durable unless that is kept already, and then visible. Where the
    /// disk refuses, lets go of the logs again.
    /// </summary>
    private Topic Extend(Topic topic, int partitions, bool isKept = false)
    {
        var added = new List<PartitionLog>();
        try
        {
            for (var partition = topic.Partitions.Count; partition < partitions; partition++)
                added.Add(PartitionLog.Open(environment, folders.Of(topic.Name, partition), topic.Config.Settings));
            if (!isKept)
                journal.Put(topic.Name, new TopicRecord(topic.Id, partitions, topic.Config.Overrides).ToBytes(), flush: true);
        }
        catch
        {
            Abandon(added, ErrorCode.KafkaStorageError);
            throw;
        }
        var extended = topic with { Partitions = [.. topic.Partitions, .. added] };
        byName = byName.SetItem(topic.Name, extended);
        byId = byId.SetItem(topic.Id, extended);
        return extended;
    }

    private Topic Durably(Func<Topic> change)
    {
        try
        {
            return change();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            logger.TopicChangeFailed(failure);
            throw new RefusedException(ErrorCode.KafkaStorageError, "The broker's disk refused the change.");
        }
    }

    private static void Abandon(IEnumerable<PartitionLog> logs, ErrorCode answer)
    {
        foreach (var log in logs)
            log.Abandon(answer);
    }

    private Topic Known(string name) =>
        Find(name) ?? throw new RefusedException(ErrorCode.UnknownTopicOrPartition, $"The topic '{name}' does not exist.");

    private static void CheckRoom(ImmutableSortedDictionary<string, Topic> topics, int added)
    {
        if (added < 1)
            throw new RefusedException(ErrorCode.InvalidPartitions, "Number of partitions must be larger than 0.");
        if (topics.Values.Sum(topic => topic.Partitions.Count) + (long)added > MaxPartitions)
            throw new RefusedException(ErrorCode.InvalidPartitions, $"This broker holds at most {MaxPartitions} partitions.");
    }
}
