namespace StockPipeline.Broker.Log;

/// <summary>When appended batches are forced to the disk. The death of the process loses nothing under any of them.</summary>
public enum FlushPolicy
{
    /// <summary>As Kafka does by default: the operating system writes back when it likes. A power loss costs what it had not written.</summary>
    Os,

    /// <summary>A power loss costs at most the last interval.</summary>
    Interval,

    /// <summary>Nothing is acknowledged before it is on the disk; appends that wait together share one flush.</summary>
    Always,
}
