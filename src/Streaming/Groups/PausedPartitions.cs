using Confluent.Kafka;
using StockPipeline.Streaming.Connections;

namespace StockPipeline.Streaming.Groups;

/// <summary>The partitions of which no more is read until enough of what was taken up is done. Used by the consuming thread.</summary>
internal sealed class PausedPartitions(IConsumer<byte[], byte[]?> consumer)
{
    private readonly List<PartitionProcessor> held = [];

    public bool Any => held.Count > 0;

    /// <summary>Waits for a full partition that gets on quickly, and holds back one that does not.</summary>
    public void WaitOrPause(PartitionProcessor full)
    {
        // Pausing throws away what the client has fetched ahead, which is dear where handlers are quick.
        if (full.WaitUntilDrained())
            return;
        if (MissingTopicErrors.TryDo(() => consumer.Pause([full.Source])))
            held.Add(full);
    }

    /// <summary>Reads on where enough is done.</summary>
    public void Resume() => held.RemoveAll(work => work.HasDrained && TryResume(work));

    /// <summary>The partition is not ours any more.</summary>
    public void Forget(PartitionProcessor work) => held.Remove(work);

    /// <summary>Reads on, however much is still to be done: it will be done anew.</summary>
    public void Resume(PartitionProcessor work)
    {
        if (held.Remove(work))
            TryResume(work);
    }

    private bool TryResume(PartitionProcessor work) => MissingTopicErrors.TryDo(() => consumer.Resume([work.Source]));
}
