using System.Globalization;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using StockPipeline.Contracts.Topics;

namespace StockPipeline.Topics;

/// <summary>Every topic with what Kafka knows of it, ours first.</summary>
internal sealed class ListCommand(KafkaView kafka, PipelineTopics pipeline, TextWriter output)
{
    public void Run(Order order)
    {
        var topics = kafka.Topics().Values
            .Where(topic => order.Topic is not { } text || topic.Topic.Contains(text, StringComparison.OrdinalIgnoreCase))
            .OrderBy(topic => Rank(topic.Topic)).ThenBy(topic => topic.Topic, StringComparer.Ordinal).ToList();
        if (topics.Count == 0)
            throw new TopicsException(order.Topic is { } text ? $"no topic's name holds '{text}'" : "there are no topics yet");
        var offsets = kafka.Offsets(topics.SelectMany(topic => topic.Partitions.Select(one => new TopicPartition(topic.Topic, one.PartitionId))));
        var configs = kafka.Configs(topics.Select(topic => topic.Topic));
        TextTable.Write(output, ["topic", "partitions", "replicas", "records", "configuration"], [.. topics.Select(topic => (IReadOnlyList<string>)
        [
            topic.Topic, Number(topic.Partitions.Count), Number(topic.Partitions.Max(one => one.Replicas.Length)),
            Number(topic.Partitions.Sum(one => Span(offsets[new TopicPartition(topic.Topic, one.PartitionId)]))),
            string.Join(' ', configs.GetValueOrDefault(topic.Topic, []).OrderBy(entry => entry.Name, StringComparer.Ordinal).Select(Show)),
        ])]);
        output.WriteLine("records: from the first offset to the last; some of them may have given way to newer ones of their key");
        foreach (var missing in pipeline.All.Where(topic => order.Topic is null && topics.TrueForAll(there => there.Topic != topic.Name)))
            output.WriteLine($"missing: {missing.Name}");
        WriteGroups([.. topics.Select(topic => topic.Topic)], offsets);
    }

    private void WriteGroups(HashSet<string> topics, IReadOnlyDictionary<TopicPartition, (long First, long End)> offsets)
    {
        var rows = new List<IReadOnlyList<string>>();
        foreach (var (group, committed) in kafka.Committed())
        {
            foreach (var topic in committed.Where(one => topics.Contains(one.Key.Topic)).GroupBy(one => one.Key.Topic).OrderBy(one => one.Key))
            {
                var lag = topic.Sum(one => Math.Max(0, offsets.GetValueOrDefault(one.Key).End - one.Value));
                rows.Add([group, topic.Key, Number(topic.Count()), Number(lag)]);
            }
        }
        if (rows.Count == 0)
            return;
        output.WriteLine();
        TextTable.Write(output, ["group", "topic", "partitions", "lag"], rows);
    }

    private int Rank(string topic)
    {
        var rank = pipeline.All.Select(one => one.Name).ToList().IndexOf(topic);
        return rank < 0 ? int.MaxValue : rank;
    }

    private static long Span((long First, long End) offsets) => offsets.End - offsets.First;

    private static string Show(ConfigEntryResult entry) =>
        entry.Name == "retention.ms" && long.TryParse(entry.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds)
            ? string.Create(CultureInfo.InvariantCulture, $"retention={TimeSpan.FromMilliseconds(milliseconds).TotalDays:0.##}d")
            : $"{entry.Name}={entry.Value}";

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
