using System.Collections.Concurrent;
using System.Text.Json;
using StockPipeline.Contracts.Alerts;
using StockPipeline.Contracts.Topics;
using StockPipeline.Gateway.Series;
using StockPipeline.Streaming.Producing;
using StockPipeline.Streaming.Tables;
using StockPipeline.Workers;

namespace StockPipeline.Gateway.Alerts;

/// <summary>The rules there are, the newest events of each owner, and the way to new rules. Fed by readers of topics; asked by any thread.</summary>
internal sealed class AlertTable(PipelineClient client)
{
    /// <summary>Events of one owner that are kept.</summary>
    public const int MostEvents = 500;

    private readonly Lock gate = new();
    private readonly Dictionary<AlertKey, AlertRule> rules = [];
    private readonly Dictionary<string, OwnerEvents> events = [];
    private TopicWriter<AlertRule>? ruleWriter;
    private TopicWriter<ChatLink>? linkWriter;

    /// <summary>The indicators calculated beside MACD, as topics name them.</summary>
    public IReadOnlyList<string> Indicators => client.Topics.Indicators;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var codecs = client.Codecs.Alerts;
        var (ruleCodec, eventCodec) = (await codecs.RulesAsync(cancellationToken), await codecs.EventsAsync(cancellationToken));
        ruleWriter = client.Kafka.WriteTo(AlertTopics.Rules, ruleCodec);
        linkWriter = client.Kafka.WriteTo(AlertTopics.Links, await codecs.LinksAsync(cancellationToken));
        await Together.RunAsync(
            cancellationToken,
            client.Kafka.ReadTables(TableAssignment.All, new Unheard(), Table.Of(AlertTopics.Rules, ruleCodec, TakeRules)).RunAsync,
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

    /// <summary>Puts a rule in place, or takes it away; over when it is written. False while the topics are not open yet.</summary>
    public async Task<bool> PutAsync(AlertKey key, AlertRule? rule, CancellationToken cancellationToken)
    {
        if (ruleWriter is not { } writer)
            return false;
        await writer.DeliverAsync(key.ToString(), rule, cancellationToken);
        Put(key, rule);
        return true;
    }

    public async Task<bool> LinkAsync(string code, ChatLink link, CancellationToken cancellationToken)
    {
        if (linkWriter is not { } writer)
            return false;
        await writer.DeliverAsync(ChatLink.KeyOf(code), link, cancellationToken);
        return true;
    }

    private void Put(AlertKey key, AlertRule? rule)
    {
        lock (gate)
        {
            if (rule is null)
                rules.Remove(key);
            else
                rules[key] = rule;
        }
    }

    private void TakeRules(int partition, ReadOnlySpan<TableRecord<AlertRule>> records)
    {
        foreach (ref readonly var record in records)
        {
            if (AlertKey.TryParse(record.Key, out var key))
                Put(key, record.Value);
        }
    }

    private void TakeEvents(int partition, ReadOnlySpan<TableRecord<AlertEvent>> records)
    {
        foreach (ref readonly var record in records)
        {
            if (record.Value is { } one)
                EventsOf(one.Owner).Put(record.Key, one);
        }
    }

    /// <summary>For tables of which nobody waits to hear that they are read.</summary>
    private sealed class Unheard : ITableHandler
    {
        public void OnAssigned(int partition)
        {
        }
    }
}

/// <summary>The newest events of one owner, each with its last word; and who listens. Thread-safe.</summary>
internal sealed class OwnerEvents
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, long> places = [];
    private readonly SortedList<long, (string Key, AlertEvent Event)> bySaying = [];
    private readonly ConcurrentDictionary<IListener, byte> listeners = new();
    private long newest;

    public void Put(string key, AlertEvent one)
    {
        lock (gate)
        {
            if (places.Remove(key, out var before))
                bySaying.Remove(before);
            places[key] = ++newest;
            bySaying.Add(newest, (key, one));
            if (bySaying.Count > AlertTable.MostEvents)
            {
                places.Remove(bySaying.Values[0].Key);
                bySaying.RemoveAt(0);
            }
        }
        foreach (var listener in listeners.Keys)
            listener.Signal();
    }

    /// <summary>The newest events, the newest first.</summary>
    public IReadOnlyList<AlertEvent> Newest(int count)
    {
        lock (gate)
            return [.. bySaying.Values.Reverse().Take(count).Select(one => one.Event)];
    }

    /// <summary>What was said after a place, in order, with the place of the last.</summary>
    public (IReadOnlyList<byte[]> Said, long Newest) After(long place, int most)
    {
        lock (gate)
        {
            var after = bySaying.Where(one => one.Key > place).TakeLast(most).ToList();
            return ([.. after.Select(one => Text(one.Value.Event))], newest);
        }
    }

    private static byte[] Text(AlertEvent one) =>
        JsonSerializer.SerializeToUtf8Bytes(AlertEventAnswer.Of(one), AlertJson.Default.AlertEventAnswer);

    public void Add(IListener listener) => listeners.TryAdd(listener, 0);

    public void Drop(IListener listener) => listeners.TryRemove(listener, out _);
}
