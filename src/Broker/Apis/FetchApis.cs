using StockPipeline.Broker.Log;
using StockPipeline.Broker.Protocol;
using StockPipeline.Broker.Topics;
using StockPipeline.Broker.Wire;

namespace StockPipeline.Broker.Apis;

/// <summary>
/// Reads record batches, waiting for enough of them as long as the client allows. Batches go from the log's files to the connection
/// without a stop in between. Fetch sessions are not kept: every answer says so with session 0.
/// </summary>
internal sealed class FetchApi(TopicRegistry topics, TimeProvider clock) : IApi
{
    public ApiRange Range => new(ApiKey.Fetch, 4, 16, FlexibleFrom: 12);

    public async ValueTask AnswerAsync(ApiRequest request, WireWriter answer, CancellationToken cancellationToken)
    {
        var fetch = FetchRequest.Read(request, topics);
        var error = fetch.SessionEpoch > 0 ? ErrorCode.FetchSessionIdNotFound : ErrorCode.None;
        var reads = new FetchReads(error == ErrorCode.None ? fetch : fetch with { Topics = [] });
        try
        {
            reads.ReadAll();
            if (!reads.AreEnough && fetch.MaxWait > TimeSpan.Zero)
                await WaitAsync(fetch, reads, cancellationToken);
            answer.WriteThrottleTime();
            answer.Since(7)?.WriteError(error);
            answer.Since(7)?.WriteInt32(0);
            reads.Write(answer);
        }
        finally
        {
            reads.Release();
        }
    }

    private async Task WaitAsync(FetchRequest fetch, FetchReads reads, CancellationToken cancellationToken)
    {
        var signal = new LogSignal();
        var isOver = false;
        await using var deadline = clock.CreateTimer(_ => End(), null, fetch.MaxWait, Timeout.InfiniteTimeSpan);
        await using var leaving = cancellationToken.UnsafeRegister(_ => End(), null);
        foreach (var log in fetch.Logs)
            log.Watch(signal);
        try
        {
            while (true)
            {
                // What was appended between the first look and the watch is seen here.
                signal.Rearm();
                reads.ReadAll();
                if (reads.AreEnough || Volatile.Read(ref isOver))
                    return;
                await signal.Moved;
            }
        }
        finally
        {
            foreach (var log in fetch.Logs)
                log.Unwatch(signal);
        }

        void End()
        {
            Volatile.Write(ref isOver, true);
            signal.Set();
        }
    }
}

/// <summary>A fetch as it was asked for, with the logs it names already looked up.</summary>
internal sealed record FetchRequest(
    int CorrelationId, TimeSpan MaxWait, int MinBytes, int MaxBytes, bool OnlyCommitted, int SessionEpoch, FetchRequest.TopicPart[] Topics)
{
    /// <summary>
    /// What an answer carries beyond the bytes that the client waits for, however much more it would take. Clients take an answer apart before
    /// they ask for the next: one that fits into the processor's cache, and into memory that was just freed, costs them a fifth to a third
    /// less, and a request for each mebibyte costs next to nothing.
    /// </summary>
    private const int AnswerBytes = 1024 * 1024;

    /// <summary>Kafka's fetch.max.bytes: the most that one answer carries, unless its first batch alone is larger.</summary>
    private const int MostBytes = 57_671_680;

    public IEnumerable<PartitionLog> Logs => Topics.SelectMany(topic => topic.Partitions).Select(part => part.Log).OfType<PartitionLog>();

    public static FetchRequest Read(ApiRequest request, TopicRegistry registry)
    {
        var reader = request.Reader();
        if (!reader.Since(15))
            reader.ReadInt32();
        var maxWait = TimeSpan.FromMilliseconds(reader.ReadInt32());
        var minBytes = reader.ReadInt32();
        var maxBytes = Math.Min(reader.ReadInt32(), Math.Clamp(minBytes, 0, MostBytes - AnswerBytes) + AnswerBytes);
        var onlyCommitted = reader.ReadInt8() == 1;
        var sessionEpoch = -1;
        if (reader.Since(7))
        {
            reader.ReadInt32();
            sessionEpoch = reader.ReadInt32();
        }
        var topics = reader.ReadArray((ref topic) => ReadTopic(ref topic, registry));
        if (reader.Since(7))
            reader.ReadArray(static (ref forgotten) => (ReadNameOrId(ref forgotten), forgotten.ReadInt32s()));
        if (reader.Since(11))
            reader.ReadString();
        reader.SkipTags();
        return new(request.CorrelationId, maxWait, minBytes, maxBytes, onlyCommitted, sessionEpoch, topics);
    }

    private static TopicPart ReadTopic(ref WireReader reader, TopicRegistry registry)
    {
        var (name, id) = ReadNameOrId(ref reader);
        var topic = name is null ? registry.Find(id) : registry.Find(name);
        var unknownId = topic is null && name is null;
        return new(name, id, reader.ReadArray((ref part) =>
        {
            var partition = part.ReadInt32();
            var epoch = part.Since(9) ? part.ReadInt32() : -1;
            var offset = part.ReadInt64();
            if (part.Since(12))
                part.ReadInt32();
            if (part.Since(5))
                part.ReadInt64();
            var log = topic?.Find(partition);
            return new PartitionPart(partition, offset, part.ReadInt32(), log, unknownId ? ErrorCode.UnknownTopicId : LeaderEpochs.Check(log, epoch));
        }));
    }

    private static (string? Name, Guid Id) ReadNameOrId(ref WireReader topic) =>
        topic.Since(13) ? (null, topic.ReadUuid()) : (topic.ReadString(), Guid.Empty);

    /// <summary>Asked for by name, since version 13 by id.</summary>
    internal readonly record struct TopicPart(string? Name, Guid Id, PartitionPart[] Partitions);

    /// <summary>What is wrong with the request alone is in <see cref="Error"/>.</summary>
    internal readonly record struct PartitionPart(int Partition, long Offset, int MaxBytes, PartitionLog? Log, ErrorCode Error);
}

/// <summary>What was found for a fetch, partition by partition in the order asked for. Holds files until it is written or released.</summary>
internal sealed class FetchReads(FetchRequest fetch)
{
    /// <summary>Of the 32 bit numbers: its multiples lie as far from each other as can be.</summary>
    private const uint GoldenRatio = 2_654_435_769;

    private readonly FetchRequest.PartitionPart[] parts = [.. fetch.Topics.SelectMany(topic => topic.Partitions)];
    private readonly LogRead[] reads = new LogRead[fetch.Topics.Sum(topic => topic.Partitions.Length)];
    private long bytes;
    private bool failed;

    /// <summary>Nothing more is worth waiting for: there are enough bytes, an error the client must hear of, or no partitions at all.</summary>
    public bool AreEnough => failed || reads.Length == 0 || bytes >= fetch.MinBytes;

    /// <summary>
    /// Looks at every partition anew. As long as nothing was found the next batch comes whole whatever its size, so that no batch can
    /// block a client. Which partition takes of the room first differs from request to request, so that none can block another either:
    /// spread over all, because some clients move on by one with each request themselves.
    /// </summary>
    public void ReadAll()
    {
        Release();
        (bytes, failed) = (0, false);
        var first = (int)(((uint)fetch.CorrelationId * GoldenRatio >> 16) % (uint)Math.Max(1, parts.Length));
        for (var turn = 0; turn < parts.Length; turn++)
        {
            var index = (first + turn) % parts.Length;
            var part = parts[index];
            var room = Math.Max(0, Math.Min(part.MaxBytes, fetch.MaxBytes - bytes));
            var read = part.Error == ErrorCode.None
                ? part.Log!.Read(part.Offset, (int)room, atLeastOne: bytes == 0)
                : new LogRead(part.Error, null, -1, -1);
            reads[index] = read;
            bytes += read.Length;
            failed |= read.Error != ErrorCode.None;
        }
    }

    /// <summary>Writes the list of topics; the answer owns the regions from here on.</summary>
    public void Write(WireWriter answer)
    {
        var index = 0;
        answer.WriteArray(fetch.Topics, topic =>
        {
            if (topic.Name is null)
                answer.WriteUuid(topic.Id);
            else
                answer.WriteString(topic.Name);
            answer.WriteArray(topic.Partitions, part =>
            {
                var read = reads[index];
                reads[index++] = default;
                Write(answer, part.Partition, read);
            });
        });
    }

    public void Release()
    {
        foreach (var read in reads)
            read.Region?.Release();
        Array.Clear(reads);
    }

    private void Write(WireWriter answer, int partition, LogRead read)
    {
        answer.WriteInt32(partition);
        answer.WriteError(read.Error);
        answer.WriteInt64(read.EndOffset);
        answer.WriteInt64(read.EndOffset);
        answer.Since(5)?.WriteInt64(read.LogStartOffset);
        answer.WriteLength(fetch.OnlyCommitted ? 0 : -1);
        answer.Since(11)?.WriteInt32(-1);
        // No records are zero bytes and never null: clients fail the whole answer on null.
        if (read.Region is null)
            answer.WriteBytes([]);
        else
            answer.WriteRegion(read.Region);
    }
}
