using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Microsoft.Extensions.Logging;
using StockPipeline.Contracts.Connections;
using StockPipeline.Contracts.Topics;
using StockPipeline.Streaming.Connections;

namespace StockPipeline.Streaming.Provisioning;

/// <summary>
/// Makes the topics be what their declarations say: creates what is missing, alters configurations that differ, empties by creating anew what
/// is declared so. Running it again changes nothing more. It never touches a topic that is not declared.
/// </summary>
public sealed class TopicProvisioner(KafkaConnection connection, ILogger<TopicProvisioner> log, TimeProvider clock)
{
    /// <summary>Let the broker choose: one on a single node, its default elsewhere.</summary>
    private const short BrokersChoice = -1;

    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(30);

    /// <summary>Deletion and creation are done when every broker says so, some time after the answer.</summary>
    private static readonly BackoffLimits Patience = new()
    {
        First = TimeSpan.FromMilliseconds(20), Cap = TimeSpan.FromMilliseconds(500), Attempts = 120,
    };

    /// <param name="topics">The declarations.</param>
    /// <param name="recreate">Whether topics declared so are emptied; otherwise they are treated like the others.</param>
    /// <param name="cancellationToken">Gives up between two steps.</param>
    /// <exception cref="TopicMismatchException">A topic has the wrong number of partitions; nothing was changed.</exception>
    public async Task ProvisionAsync(IReadOnlyCollection<TopicDeclaration> topics, bool recreate, CancellationToken cancellationToken)
    {
        using var admin = Connect();
        var found = await FindAsync(admin, cancellationToken);
        var doomed = topics.Where(topic => recreate && topic.RecreatedAtInit && found.ContainsKey(topic.Name)).ToList();
        var kept = topics.Where(topic => found.ContainsKey(topic.Name)).Except(doomed).ToList();
        if (kept.Find(topic => found[topic.Name] != topic.Partitions) is { } wrong)
            throw TopicMismatchException.Partitions(wrong.Name, wrong.Partitions, found[wrong.Name]);
        await DeleteAsync(admin, doomed, cancellationToken);
        await CreateAsync(admin, [.. topics.Except(kept)], cancellationToken);
        await AlterAsync(admin, kept, cancellationToken);
    }

    private IAdminClient Connect() =>
        new AdminClientBuilder(ClientSettings.Client(connection, "topics"))
            .SetLogHandler((_, said) => Log.ClientSaid(log, "topics", said.Facility, said.Message))
            .SetErrorHandler((_, error) => Log.ClientError(log, "topics", error.Code, error.Reason))
            .Build();

    /// <summary>The partitions of every topic there is; waits for brokers that are not there yet.</summary>
    private async Task<Dictionary<string, int>> FindAsync(IAdminClient admin, CancellationToken cancellationToken)
    {
        var backoff = new Backoff(Patience, clock);
        while (true)
        {
            try
            {
                return admin.GetMetadata(RequestTimeout).Topics
                    .Where(topic => !topic.Error.IsError)
                    .ToDictionary(topic => topic.Topic, topic => topic.Partitions.Count);
            }
            catch (KafkaException unreachable) when (unreachable.Error.IsLocalError && !unreachable.Error.IsFatal)
            {
                if (backoff.Failures == 0)
                    Log.BrokersLost(log, "topics", unreachable.Error.Reason);
                if (!await backoff.PauseAsync(cancellationToken))
                    throw;
            }
        }
    }

    private async Task DeleteAsync(IAdminClient admin, List<TopicDeclaration> topics, CancellationToken cancellationToken)
    {
        if (topics.Count == 0)
            return;
        var names = topics.ConvertAll(topic => topic.Name);
        try
        {
            await admin.DeleteTopicsAsync(names, new() { RequestTimeout = RequestTimeout, OperationTimeout = RequestTimeout });
        }
        catch (DeleteTopicsException partial) when (IsNoWorseThan(ErrorCode.UnknownTopicOrPart, partial.Results.Select(one => one.Error)))
        {
            Log.ClientError(log, "topics", ErrorCode.UnknownTopicOrPart, "somebody else deleted them at the same time");
        }
        await UntilAsync(async () => !(await FindAsync(admin, cancellationToken)).Keys.Any(names.Contains), "be deleted", names, cancellationToken);
        foreach (var name in names)
            Log.TopicDeleted(log, name);
    }

    private async Task CreateAsync(IAdminClient admin, List<TopicDeclaration> topics, CancellationToken cancellationToken)
    {
        if (topics.Count == 0)
            return;
        var waiting = topics;
        var names = topics.ConvertAll(topic => topic.Name);
        await UntilAsync(async () => (waiting = await TryCreateAsync(admin, waiting)).Count == 0, "be created", names, cancellationToken);
        await UntilAsync(() => Task.FromResult(AreUsable(admin, topics)), "be usable", names, cancellationToken);
        foreach (var topic in topics)
            Log.TopicCreated(log, topic.Name, topic.Partitions);
    }

    /// <returns>Those whose predecessor is still being deleted.</returns>
    private static async Task<List<TopicDeclaration>> TryCreateAsync(IAdminClient admin, List<TopicDeclaration> topics)
    {
        try
        {
            await admin.CreateTopicsAsync(topics.Select(Specify), new() { RequestTimeout = RequestTimeout, OperationTimeout = RequestTimeout });
            return [];
        }
        catch (CreateTopicsException partial) when (IsNoWorseThan(ErrorCode.TopicAlreadyExists, partial.Results.Select(one => one.Error)))
        {
            return topics.FindAll(topic => partial.Results.Exists(one => one.Topic == topic.Name && one.Error.IsError));
        }
    }

    private static TopicSpecification Specify(TopicDeclaration topic) => new()
    {
        Name = topic.Name,
        NumPartitions = topic.Partitions,
        ReplicationFactor = BrokersChoice,
        Configs = topic.Configs.ToDictionary(config => config.Key, config => config.Value),
    };

    private static bool AreUsable(IAdminClient admin, List<TopicDeclaration> topics)
    {
        var there = admin.GetMetadata(RequestTimeout).Topics.ToDictionary(topic => topic.Topic);
        return topics.TrueForAll(topic =>
            there.TryGetValue(topic.Name, out var found)
            && found.Partitions.Count == topic.Partitions
            && found.Partitions.TrueForAll(partition => !partition.Error.IsError && partition.Leader >= 0));
    }

    private async Task AlterAsync(IAdminClient admin, List<TopicDeclaration> topics, CancellationToken cancellationToken)
    {
        if (topics.Count == 0)
            return;
        cancellationToken.ThrowIfCancellationRequested();
        var resources = topics.ConvertAll(topic => new ConfigResource { Type = ResourceType.Topic, Name = topic.Name });
        var described = await admin.DescribeConfigsAsync(resources, new() { RequestTimeout = RequestTimeout });
        var changes = new Dictionary<ConfigResource, List<ConfigEntry>>();
        foreach (var (topic, now) in topics.Zip(described))
        {
            var differing = topic.Configs.Where(config => !Same(now.Entries.GetValueOrDefault(config.Key)?.Value, config.Value)).ToList();
            if (differing.Count == 0)
                continue;
            Log.TopicAltered(log, topic.Name, string.Join(", ", differing.Select(config => $"{config.Key}={config.Value}")));
            changes[now.ConfigResource] = differing.ConvertAll(Set);
        }
        if (changes.Count > 0)
            await admin.IncrementalAlterConfigsAsync(changes, new() { RequestTimeout = RequestTimeout });
    }

    private static ConfigEntry Set(KeyValuePair<string, string> config) =>
        new() { Name = config.Key, Value = config.Value, IncrementalOperation = AlterConfigOpType.Set };

    private static bool IsNoWorseThan(ErrorCode known, IEnumerable<Error> errors) => errors.All(error => !error.IsError || error.Code == known);

    /// <summary>Lists are the same in any order: <c>compact,delete</c> is <c>delete,compact</c>.</summary>
    private static bool Same(string? now, string declared) =>
        now is not null && now.Split(',').Order(StringComparer.Ordinal).SequenceEqual(declared.Split(',').Order(StringComparer.Ordinal));

    private async Task UntilAsync(Func<Task<bool>> isSo, string what, List<string> topics, CancellationToken cancellationToken)
    {
        var backoff = new Backoff(Patience, clock);
        while (!await isSo())
        {
            if (!await backoff.PauseAsync(cancellationToken))
                throw new TimeoutException($"Waited in vain for topics to {what}: {string.Join(", ", topics)}.");
        }
    }
}

/// <summary>A topic is not what the declaration says, and cannot be made so without losing what is in it.</summary>
public sealed class TopicMismatchException : Exception
{
    public TopicMismatchException(string message) : base(message)
    {
    }

    public TopicMismatchException(string message, Exception inner) : base(message, inner)
    {
    }

    public TopicMismatchException() : base("A topic is not what its declaration says.")
    {
    }

    internal static TopicMismatchException Partitions(string topic, int declared, int found) =>
        new($"Topic {topic} has {found} partitions and {declared} are declared: records of an instrument would be in different places. "
            + "Delete the topic, or create it anew with the declared number.");
}
