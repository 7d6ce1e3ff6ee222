using StockPipeline.Broker.Log;
using StockPipeline.Broker.Protocol;
using StockPipeline.Broker.Wire;

namespace StockPipeline.Broker.Apis;

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
