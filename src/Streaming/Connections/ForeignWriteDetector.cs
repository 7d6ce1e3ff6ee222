using Confluent.Kafka;
using Confluent.Kafka.Admin;
using StockPipeline.Streaming.Tables;

namespace StockPipeline.Streaming.Connections;

/// <summary>
/// Notices what somebody else wrote to a partition that we own: its log is then longer than what was there and what we wrote since. Such a
/// writer was silent for so long that the group gave its partitions to us, and does not know it yet. Used by one thread; the broker is asked in
/// the background.
/// </summary>
internal sealed class ForeignWriteDetector : IDisposable
{
    private readonly KafkaClient kafka;
    private readonly IReadOnlyList<Table> tables;
    private readonly IntervalGate rhythm;
    private readonly CancellationTokenSource ending = new();
    private readonly BackgroundAdminRequest<List<(Share Share, long End)>> request;
    private readonly Func<CancellationToken, Task> flush;
    private List<Share> shares = [];
    private Task? flushing;

    /// <param name="kafka">Whose clock and log are used.</param>
    /// <param name="newClient">Makes a client that asks.</param>
    /// <param name="flush">Waits until what we wrote is in the log.</param>
    /// <param name="tables">Those with a writer are looked after.</param>
    /// <param name="interval">How often the brokers are asked.</param>
    public ForeignWriteDetector(
        KafkaClient kafka, Func<IAdminClient> newClient, Func<CancellationToken, Task> flush, IEnumerable<Table> tables, TimeSpan interval)
    {
        this.kafka = kafka;
        this.flush = flush;
        this.tables = [.. tables.Where(table => table.Writer is not null)];
        rhythm = new IntervalGate(kafka.Clock, interval);
        request = new BackgroundAdminRequest<List<(Share Share, long End)>>(kafka, newClient);
    }

    /// <summary>The partitions somebody else wrote to, as far as known by now.</summary>
    public IEnumerable<(string Topic, int Partition)> TakeForeignWrites(IEnumerable<int> partitions)
    {
        if (request.TryGetAnswer(out var answer))
            return [.. answer.Where(IsForeign).Select(one => (one.Share.Table.Topic, one.Share.Partition))];
        if (flushing is { IsCompleted: true } flushed)
        {
            flushing = null;
            // It is over: this waits for nothing, and throws what the flush threw.
            flushed.GetAwaiter().GetResult();
            request.Start((admin, timeout) => AskAsync(admin, shares, timeout));
        }
        else if (flushing is null && tables.Count > 0 && !request.IsOpen && rhythm.IsDue())
        {
            shares = [.. tables.SelectMany(_ => partitions, Share.Of).Where(share => share.Table.IsDone(share.Partition))];
            // In an outage this lasts until its end: a question that waited for it would be given up, and asked anew, again and again.
            if (shares.Count > 0)
                flushing = flush(ending.Token);
        }
        return [];
    }

    public void Dispose()
    {
        ending.Cancel();
        request.Dispose();
        ending.Dispose();
    }

    /// <summary>What we wrote before the flush is in the log by then; what we wrote since may be.</summary>
    private static bool IsForeign((Share Share, long End) answer)
    {
        var (share, end) = answer;
        var known = share.Progress.LoadedTo - share.Progress.WrittenBefore;
        return share.Table.Progress(share.Partition) == share.Progress
            && (end < known + share.Written || end > known + share.Table.Writer!.WrittenTo(share.Partition));
    }

    private async Task<List<(Share Share, long End)>> AskAsync(IAdminClient admin, List<Share> shares, TimeSpan timeout)
    {
        try
        {
            var answer = await admin.ListOffsetsAsync(
                shares.Select(share => new TopicPartitionOffsetSpec
                {
                    TopicPartition = new TopicPartition(share.Table.Topic, share.Partition), OffsetSpec = OffsetSpec.Latest(),
                }),
                new ListOffsetsOptions { RequestTimeout = timeout });
            var ends = answer.ResultInfos.ToDictionary(
                info => (info.TopicPartitionOffsetError.Topic, info.TopicPartitionOffsetError.Partition.Value),
                info => info.TopicPartitionOffsetError.Offset.Value);
            return [.. shares.Select(share => (share, ends[(share.Table.Topic, share.Partition)]))];
        }
        catch (KafkaException unreachable)
        {
            // The next question may be answered; who writes to a topic that is away is seen when it is back.
            Log.ClientError(kafka.Log, kafka.Service, unreachable.Error.Code, unreachable.Error.Reason);
            return [];
        }
    }

    private sealed record Share(Table Table, int Partition, PartitionProgress Progress, long Written)
    {
        public static Share Of(Table table, int partition) =>
            new(table, partition, table.Progress(partition)!, table.Writer!.WrittenTo(partition));
    }
}
