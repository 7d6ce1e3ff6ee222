using StockPipeline.Broker.Protocol;
using StockPipeline.Broker.Storage;

namespace StockPipeline.Broker.Log;

/// <summary>Makes retried batches of idempotent producers enter the log once and in order. Guarded by the partition's lock.</summary>
internal sealed class ProducerStates
{
    /// <summary>Producers remembered per partition; past it the longest silent tenth is forgotten, as if it had expired.</summary>
    public const int MaxProducers = 10_000;

    /// <summary>A client keeps at most five requests in flight, so a retry can be at most five batches old.</summary>
    private const int Window = 5;

    /// <summary>The last batches of every producer, all of its latest epoch, oldest first.</summary>
    private readonly Dictionary<long, List<Appended>> producers = [];

    /// <summary>
    /// None: the batch may be appended, or is a repetition when <paramref name="originalOffset"/> is not -1.
    /// A producer nobody knows is taken at its word: answering with an error would make clients bump their epoch and duplicate.
    /// </summary>
    public ErrorCode Check(RecordBatch batch, out long originalOffset)
    {
        originalOffset = -1;
        if (batch.ProducerId < 0 || !producers.TryGetValue(batch.ProducerId, out var recent))
            return ErrorCode.None;
        var last = recent[^1];
        if (batch.ProducerEpoch < last.Epoch)
            return ErrorCode.InvalidProducerEpoch;
        if (batch.ProducerEpoch > last.Epoch)
            return batch.BaseSequence == 0 ? ErrorCode.None : ErrorCode.OutOfOrderSequenceNumber;
        foreach (var earlier in recent)
        {
            if (earlier.FirstSequence == batch.BaseSequence && earlier.LastSequence == batch.LastSequence)
            {
                originalOffset = earlier.BaseOffset;
                return ErrorCode.None;
            }
        }
        return batch.BaseSequence == ((last.LastSequence + 1) & int.MaxValue) ? ErrorCode.None : ErrorCode.OutOfOrderSequenceNumber;
    }

    public void Record(RecordBatch batch, long now)
    {
        if (batch.ProducerId >= 0)
            Record(new(batch.ProducerId, batch.BaseOffset, now, batch.BaseSequence, batch.LastSequence, batch.ProducerEpoch));
    }

    public void Expire(long silentSince)
    {
        foreach (var (id, recent) in producers)
        {
            if (recent[^1].Time < silentSince)
                producers.Remove(id);
        }
    }

    public void Write(BinaryWriter writer) => writer.WriteRows<Appended>([.. producers.Values.SelectMany(recent => recent)]);

    public static ProducerStates Read(BinaryReader reader)
    {
        var states = new ProducerStates();
        foreach (var batch in reader.ReadRows<Appended>())
            states.Record(batch);
        return states;
    }

    private void Record(Appended batch)
    {
        if (!producers.TryGetValue(batch.ProducerId, out var recent))
        {
            if (producers.Count >= MaxProducers)
                ForgetLongestSilent();
            producers[batch.ProducerId] = recent = new(Window);
        }
        else if (recent[^1].Epoch != batch.Epoch)
            recent.Clear();
        else if (recent.Count == Window)
            recent.RemoveAt(0);
        recent.Add(batch);
    }

    private void ForgetLongestSilent()
    {
        foreach (var (id, _) in producers.OrderBy(producer => producer.Value[^1].Time).Take(MaxProducers / 10).ToList())
            producers.Remove(id);
    }

    private readonly record struct Appended(
        long ProducerId, long BaseOffset, long Time, int FirstSequence, int LastSequence, short Epoch);
}
