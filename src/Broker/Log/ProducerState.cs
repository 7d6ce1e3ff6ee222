namespace StockPipeline.Broker.Log;

/// <summary>The last batches of one idempotent producer. Belongs to <see cref="ProducerStates"/>, which guards it.</summary>
internal sealed class ProducerState(short epoch)
{
    /// <summary>A client keeps at most five requests in flight, so a retry can be at most five batches old.</summary>
    public const int Window = 5;

    private readonly Batch[] batches = new Batch[Window];
    private int written;

    public readonly record struct Batch(int FirstSequence, int LastSequence, long BaseOffset);

    public short Epoch { get; } = epoch;

    public long LastSeen { get; set; }

    public int Count => Math.Min(written, Window);

    public Batch Last => batches[(written - 1) % Window];

    /// <summary>Oldest first.</summary>
    public IEnumerable<Batch> Recent => Enumerable.Range(written - Count, Count).Select(number => batches[number % Window]);

    public void Add(Batch batch) => batches[written++ % Window] = batch;

    public bool TryFind(int firstSequence, int lastSequence, out long baseOffset)
    {
        foreach (var batch in batches.AsSpan(0, Count))
        {
            if (batch.FirstSequence == firstSequence && batch.LastSequence == lastSequence)
            {
                baseOffset = batch.BaseOffset;
                return true;
            }
        }
        baseOffset = -1;
        return false;
    }
}
