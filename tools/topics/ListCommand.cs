using System.Globalization;
using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace StockPipeline.Topics;

/// <summary>Shows every topic with what Kafka knows of it, ours first.</summary>
internal sealed class ListCommand(Tools tools)
{
    public async Task RunAsync(string? text)
    {
        var ranks = tools.Pipeline.All.Select((topic, rank) => (topic.Name, rank)).ToDictionary(one => one.Name, one => one.rank);
        var topics = (await tools.Kafka.TopicsAsync()).Values
            .Where(topic => text is null || topic.Topic.Contains(text, StringComparison.OrdinalIgnoreCase))
            .OrderBy(topic => ranks.GetValueOrDefault(topic.Topic, int.MaxValue)).ThenBy(topic => topic.Topic, StringComparer.Ordinal).ToList();
        if (topics.Count == 0)
            throw new TopicsException(text is null ? "there are no topics yet" : $"no topic's name holds '{text}'");
        var offsets = await tools.Kafka.OffsetsAsync(
            topics.SelectMany(topic => topic.Partitions.Select(one => new TopicPartition(topic.Topic, one.PartitionId))));
        var configs = await tools.Kafka.ConfigsAsync(topics.Select(topic => topic.Topic));
        tools.Printer.Write([.. topics.Select(topic => (IReadOnlyList<Cell>)
        [
            new("topic", topic.Topic), new("partitions", topic.Partitions.Count),
            new("replicas", topic.Partitions.Max(one => one.Replicas.Length)),
            new("records", topic.Partitions.Sum(one => Span(offsets[new TopicPartition(topic.Topic, one.PartitionId)]))),
            new("configuration", string.Join(
                ' ', configs.GetValueOrDefault(topic.Topic, []).OrderBy(entry => entry.Name, StringComparer.Ordinal).Select(Show))),
        ])]);
        if (!tools.Printer.IsJson)
            tools.Printer.WriteLine("records: from the first offset to the last; some of them may have given way to newer ones of their key");
        foreach (var missing in tools.Pipeline.All.Where(topic => text is null && topics.TrueForAll(there => there.Topic != topic.Name)))
            tools.Printer.Note($"missing: {missing.Name}");
        await WriteGroupsAsync([.. topics.Select(topic => topic.Topic)], offsets);
    }

    private async Task WriteGroupsAsync(HashSet<string> topics, IReadOnlyDictionary<TopicPartition, (long First, long End)> offsets)
    {
        var rows = new List<IReadOnlyList<Cell>>();
        foreach (var (group, committed) in await tools.Kafka.CommittedAsync())
        {
            foreach (var topic in committed.Where(one => topics.Contains(one.Key.Topic)).GroupBy(one => one.Key.Topic).OrderBy(one => one.Key))
            {
                var lag = topic.Sum(one => Math.Max(0, offsets.GetValueOrDefault(one.Key).End - one.Value));
                rows.Add([new("group", group), new("topic", topic.Key), new("partitions", topic.Count()), new("lag", lag)]);
            }
        }
        if (rows.Count > 0 && !tools.Printer.IsJson)
            tools.Printer.WriteLine("");
        tools.Printer.Write(rows);
    }

    private static long Span((long First, long End) offsets) => offsets.End - offsets.First;

    private static string Show(ConfigEntryResult entry) =>
        entry.Name == "retention.ms" && long.TryParse(entry.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds)
            ? string.Create(CultureInfo.InvariantCulture, $"retention={TimeSpan.FromMilliseconds(milliseconds).TotalDays:0.##}d")
            : $"{entry.Name}={entry.Value}";
}
