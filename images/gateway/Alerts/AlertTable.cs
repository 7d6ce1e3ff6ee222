using StockPipeline.Contracts.Alerts;
using StockPipeline.Contracts.Topics;
using StockPipeline.Streaming.Producing;
using StockPipeline.Streaming.Tables;
using StockPipeline.Workers;

namespace StockPipeline.Gateway.Alerts;

/// <summary>
/// The rules there are, the newest events of each owner, and the way to new rules. Fed by readers of topics; asked by any thread. A rule counts when
/// it has come back from its topic: whoever was told that his is written finds it, and no word of before comes after it.
/// </summary>
internal sealed class AlertTable(PipelineClient client) : ITableHandler
{
    /// <summary>Events of one owner that are kept.</summary>
    public const int MostEvents = 500;

    private readonly Lock gate = new();
    private readonly Dictionary<AlertKey, AlertRule> rules = [];
    private readonly Dictionary<string, OwnerEvents> events = [];
    private readonly List<(long Offset, TaskCompletionSource Read)> awaited = [];
    private long read = -1;
    private volatile bool isComplete;
    private TopicWriter<AlertRule>? ruleWriter;
    private TopicWriter<ChatLink>? linkWriter;

    /// <summary>The indicators calculated beside MACD, as topics name them.</summary>
    public IReadOnlyList<string> Indicators => client.Topics.Indicators;

    /// <summary>Why nobody can be told yet which rules there are; null when all is read.</summary>
    public string? NotReady => isComplete ? null : "the alerts are being read";

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var codecs = client.Codecs.Alerts;
        var (ruleCodec, eventCodec) = (await codecs.RulesAsync(cancellationToken), await codecs.EventsAsync(cancellationToken));
        ruleWriter = client.Kafka.WriteTo(AlertTopics.Rules, ruleCodec);
        linkWriter = client.Kafka.WriteTo(AlertTopics.Links, await codecs.LinksAsync(cancellationToken));
        await Together.RunAsync(
            cancellationToken,
            client.Kafka.ReadTables(TableAssignment.All, this, Table.Of(AlertTopics.Rules, ruleCodec, TakeRules)).RunAsync,
            client.Kafka.ReadTables(TableAssignment.All, new Unheard(), Table.Of(AlertTopics.Events, eventCodec, TakeEvents)).RunAsync);
    }

    public IReadOnlyList<AlertRule> RulesOf(string owner)
    {
        lock (gate)
        {
            return [.. rules.Values.Where(rule => rule.Owner == owner).OrderByDescending(rule => rule.Since)
                .ThenBy(rule => rule.Id, StringComparer.Ordinal)];
        }
    }

    public AlertRule? Rule(AlertKey key)
    {
        lock (gate)
            return rules.GetValueOrDefault(key);
    }

    public OwnerEvents EventsOf(string owner)
    {
        lock (gate)
        {
            if (!events.TryGetValue(owner, out var one))
                events.Add(owner, one = new OwnerEvents());
            return one;
        }
    }

    /// <summary>Puts a rule in place, or takes it away; over when it counts here. False while the topics are not open yet.</summary>
    public async Task<bool> PutAsync(AlertKey key, AlertRule? rule, CancellationToken cancellationToken)
    {
        if (ruleWriter is not { } writer)
            return false;
        var (_, offset) = await writer.DeliverAtAsync(key.ToString(), rule, cancellationToken);
        await ReadTo(offset).WaitAsync(cancellationToken);
        return true;
    }

    public async Task<bool> LinkAsync(string code, ChatLink link, CancellationToken cancellationToken)
    {
        if (linkWriter is not { } writer)
            return false;
        await writer.DeliverAsync(ChatLink.KeyOf(code), link, cancellationToken);
        return true;
    }

    /// <summary>The topic of rules, which has one partition, is read from its beginning: what is not in it any more is gone.</summary>
    void ITableHandler.OnAssigned(int partition)
    {
        List<string> owners;
        lock (gate)
        {
            owners = [.. rules.Values.Select(rule => rule.Owner).Distinct()];
            rules.Clear();
            read = -1;
        }
        foreach (var owner in owners)
            EventsOf(owner).RulesHaveChanged();
    }

    void ITableHandler.OnAllCaughtUp() => isComplete = true;

    private Task ReadTo(long offset)
    {
        lock (gate)
        {
            if (read >= offset)
                return Task.CompletedTask;
            var one = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            awaited.Add((offset, one));
            return one.Task;
        }
    }

    private void TakeRules(int partition, ReadOnlySpan<TableRecord<AlertRule>> records)
    {
        var owners = new HashSet<string>();
        lock (gate)
        {
            foreach (ref readonly var record in records)
            {
                read = record.Offset;
                if (!AlertKey.TryParse(record.Key, out var key))
                    continue;
                owners.Add(key.Owner);
                if (record.Value is { } rule)
                    rules[key] = rule;
                else
                    rules.Remove(key);
            }
            foreach (var (_, one) in awaited.Where(one => one.Offset <= read))
                one.SetResult();
            awaited.RemoveAll(one => one.Offset <= read);
        }
        foreach (var owner in owners)
            EventsOf(owner).RulesHaveChanged();
    }

    private void TakeEvents(int partition, ReadOnlySpan<TableRecord<AlertEvent>> records)
    {
        foreach (ref readonly var record in records)
        {
            if (record.Value is { } one)
                EventsOf(one.Owner).Put(record.Key, one);
        }
    }

    /// <summary>For a table of which nobody waits to hear that it is read.</summary>
    private sealed class Unheard : ITableHandler
    {
        public void OnAssigned(int partition)
        {
        }
    }
}
