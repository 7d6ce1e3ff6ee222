using StockPipeline.Broker.Protocol;

namespace StockPipeline.Broker.Log;

/// <summary>Makes retried batches of idempotent producers enter the log once and in order. Guarded by the partition's lock.</summary>
internal sealed class ProducerStates
{
    /// <summary>Producers remembered per partition; past it the longest silent tenth is forgotten, as if it had expired.</summary>
    public const int MaxProducers = 10_000;

    private readonly Dictionary<long, ProducerState> producers = [];

    public int Count => producers.Count;

    /// <summary>
    /// None: the batch may be appended, or is a repetition when <paramref name="originalOffset"/> is not -1.
    /// A producer nobody knows is taken at its word: answering with an error would make clients bump their epoch and duplicate.
    /// </summary>
    public ErrorCode Check(RecordBatch batch, out long originalOffset)
    {
        originalOffset = -1;
        if (batch.ProducerId < 0 || !producers.TryGetValue(batch.ProducerId, out var known))
            return ErrorCode.None;
        if (batch.ProducerEpoch < known.Epoch)
            return ErrorCode.InvalidProducerEpoch;
        if (batch.ProducerEpoch > known.Epoch)
            return batch.BaseSequence == 0 ? ErrorCode.None : ErrorCode.OutOfOrderSequenceNumber;
        if (known.TryFind(batch.BaseSequence, batch.LastSequence, out originalOffset))
            return ErrorCode.None;
        return batch.BaseSequence == ((known.Last.LastSequence + 1) & int.MaxValue) ? ErrorCode.None : ErrorCode.OutOfOrderSequenceNumber;
    }

    public void Record(RecordBatch batch, long now)
    {
        if (batch.ProducerId < 0)
            return;
        if (!producers.TryGetValue(batch.ProducerId, out var known) || known.Epoch != batch.ProducerEpoch)
        {
            if (known is null && producers.Count >= MaxProducers)
                ForgetLongestSilent();
            producers[batch.ProducerId] = known = new ProducerState(batch.ProducerEpoch);
        }
        known.Add(new(batch.BaseSequence, batch.LastSequence, batch.BaseOffset));
        known.LastSeen = now;
    }

    public void Expire(long silentSince)
    {
        foreach (var (id, state) in producers)
        {
            if (state.LastSeen < silentSince)
                producers.Remove(id);
        }
    }

    public void Write(BinaryWriter writer)
    {
        writer.Write(producers.Count);
        foreach (var (id, state) in producers)
        {
            writer.Write(id);
            writer.Write(state.Epoch);
            writer.Write(state.LastSeen);
            writer.Write((byte)state.Count);
            foreach (var batch in state.Recent)
            {
                writer.Write(batch.FirstSequence);
                writer.Write(batch.LastSequence);
                writer.Write(batch.BaseOffset);
            }
        }
    }

    public static ProducerStates Read(BinaryReader reader)
    {
        var states = new ProducerStates();
        for (var left = reader.ReadInt32(); left > 0; left--)
        {
            var id = reader.ReadInt64();
            var state = new ProducerState(reader.ReadInt16()) { LastSeen = reader.ReadInt64() };
            for (var batches = reader.ReadByte(); batches > 0; batches--)
                state.Add(new(reader.ReadInt32(), reader.ReadInt32(), reader.ReadInt64()));
            states.producers[id] = state;
        }
        return states;
    }

    private void ForgetLongestSilent()
    {
        foreach (var (id, _) in producers.OrderBy(producer => producer.Value.LastSeen).Take(MaxProducers / 10).ToList())
            producers.Remove(id);
    }
}
