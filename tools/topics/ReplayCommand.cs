using System.Globalization;
using System.Text;
using Confluent.Kafka;
using StockPipeline.Streaming.DeadLetters;

namespace StockPipeline.Topics;

/// <summary>
/// Puts dead letters back where they came from. What is back already is known by a header on the record put back, so a second run changes nothing.
/// </summary>
internal sealed class ReplayCommand(Tools tools)
{
    private const long MostLetters = 1_000_000;

    public async Task RunAsync(string? onlyTopic, bool dryRun, bool force)
    {
        var name = tools.Pipeline.DeadLetters.Name;
        if (!(await tools.Kafka.TopicsAsync()).TryGetValue(name, out var topic))
            throw new TopicsException($"there is no topic '{name}' yet");
        // Many readers of one topic meet the same record, each of them again at every start: one letter stands for all.
        var letters = new Dictionary<TopicPartitionOffset, FoundRecord>();
        await foreach (var letter in tools.Kafka.ReadAsync(name, topic.Partitions.Select(one => one.PartitionId), MostLetters))
        {
            if (OriginOf(letter) is { } origin && (onlyTopic is null || origin.Topic == onlyTopic))
                letters.TryAdd(origin, letter);
        }
        var outcomes = new List<(TopicPartitionOffset Origin, FoundRecord Letter, string Outcome, string? Why)>();
        foreach (var partition in letters.GroupBy(one => one.Key.TopicPartition).OrderBy(one => one.Key))
        {
            var inOrder = partition.OrderBy(one => one.Key.Offset.Value).ToList();
            var since = await SinceAsync(partition.Key, inOrder[0].Key);
            foreach (var (origin, letter) in inOrder)
            {
                var (outcome, why) = await JudgeAsync(origin, letter, since, force);
                if (outcome is null)
                    (outcome, why) = dryRun ? ("to be put back", null) : ("put back", $"at offset {await PutBackAsync(origin, letter)}");
                outcomes.Add((origin, letter, outcome, why));
            }
        }
        tools.Printer.Write([.. outcomes.Select(one => (IReadOnlyList<Cell>)
        [
            new("letter", one.Letter.Offset), new("topic", one.Origin.Topic), new("partition", one.Origin.Partition.Value),
            new("offset", one.Origin.Offset.Value), new("key", one.Letter.Key), new("outcome", one.Outcome), new("why", one.Why),
        ])]);
        var sums = outcomes.GroupBy(one => one.Outcome).Select(group => $"{group.Count()} {group.Key}");
        tools.Printer.Note(outcomes.Count == 0 ? "no dead letters" : string.Join(", ", sums));
    }

    private static TopicPartitionOffset? OriginOf(FoundRecord letter) =>
        letter.Header(DeadLetterHeaders.Topic) is { } topic
        && int.TryParse(letter.Header(DeadLetterHeaders.Partition), NumberStyles.None, CultureInfo.InvariantCulture, out var partition)
        && long.TryParse(letter.Header(DeadLetterHeaders.Offset), NumberStyles.None, CultureInfo.InvariantCulture, out var offset)
            ? new TopicPartitionOffset(topic, partition, offset)
            : null;

    /// <returns>What keeps the letter from being put back, or nothing.</returns>
    private async Task<(string? Outcome, string? Why)> JudgeAsync(TopicPartitionOffset origin, FoundRecord letter, Since since, bool force)
    {
        if (since.WhyNot is { } whyNot)
            return ("left", whyNot);
        if (letter.Header(DeadLetterHeaders.ValueBytes) is { } bytes)
            return ("left", $"only its beginning is kept, of {bytes} bytes");
        if (letter.Header(DeadLetterHeaders.KeyBytes) is not null)
            return ("left", "only the beginning of its key is kept");
        if (since.PutBack.TryGetValue(origin.Offset.Value, out var at))
            return ("back already", $"at offset {at}");
        if (since.IsCompacted && since.LastOf.TryGetValue(letter.Key, out var newer) && newer > origin.Offset.Value)
            return ("replaced since", $"by the record of its key at offset {newer}");
        if (force || letter.Value is not { } value)
            return default;
        var decoded = await tools.Decoder.DecodeAsync(value);
        var kinds = tools.Pipeline.All.FirstOrDefault(topic => topic.Name == origin.Topic)?.Records ?? [];
        return decoded is string sentence ? ("still unreadable", sentence)
            : kinds.Count > 0 && !kinds.Contains(decoded.GetType()) ? ("still unreadable", $"{origin.Topic} holds no such records")
            : default;
    }

    /// <summary>What the partition holds that came after the first of its letters' records.</summary>
    private async Task<Since> SinceAsync(TopicPartition partition, TopicPartitionOffset first)
    {
        var since = new Since();
        var topics = await tools.Kafka.TopicsAsync();
        if (!topics.TryGetValue(partition.Topic, out var topic))
            return since with { WhyNot = $"there is no topic {partition.Topic} any more" };
        if (topic.Partitions.TrueForAll(one => one.PartitionId != partition.Partition.Value))
            return since with { WhyNot = $"{partition.Topic} has {topic.Partitions.Count} partitions now" };
        var policy = (await tools.Kafka.ConfigsAsync([partition.Topic]))[partition.Topic].FirstOrDefault(entry => entry.Name == "cleanup.policy");
        var offsets = (await tools.Kafka.OffsetsAsync([partition]))[partition];
        if (offsets.End <= first.Offset.Value)
            return since with { WhyNot = $"{partition.Topic} was created anew since" };
        var start = new TopicPartitionOffset(partition, Math.Max(offsets.First, first.Offset.Value));
        await foreach (var record in tools.Kafka.ReadAsync(start.Offset.Value < offsets.End ? [start] : []))
        {
            since.LastOf[record.Key] = record.Offset;
            if (long.TryParse(record.Header(DeadLetterHeaders.ReplayedFrom), CultureInfo.InvariantCulture, out var origin))
                since.PutBack[origin] = record.Offset;
        }
        return since with { IsCompacted = policy?.Value?.Contains("compact", StringComparison.Ordinal) == true };
    }

    private async Task<long> PutBackAsync(TopicPartitionOffset origin, FoundRecord letter)
    {
        var message = new Message<byte[]?, byte[]?>
        {
            Key = letter.KeyBytes,
            Value = letter.Value,
            Headers = new Headers
            {
                { DeadLetterHeaders.ReplayedFrom, Encoding.UTF8.GetBytes(origin.Offset.Value.ToString(CultureInfo.InvariantCulture)) },
            },
        };
        // Its age stays true: retention counts from when it was written first.
        if (DateTimeOffset.TryParse(letter.Header(DeadLetterHeaders.Timestamp), CultureInfo.InvariantCulture, out var at))
            message.Timestamp = new Timestamp(at);
        return await tools.Kafka.WriteAsync(origin.TopicPartition, message);
    }

    private sealed record Since
    {
        /// <summary>Why nothing can be put back there.</summary>
        public string? WhyNot { get; init; }

        /// <summary>Only the newest record of a key counts there: an older one must not come after it.</summary>
        public bool IsCompacted { get; init; }

        public Dictionary<string, long> LastOf { get; } = new(StringComparer.Ordinal);

        /// <summary>Where a record stands now that stood at this offset first.</summary>
        public Dictionary<long, long> PutBack { get; } = [];
    }
}
