namespace StockPipeline.Testing.Soak;

/// <summary>One thing a client of a soak knows to have happened.</summary>
/// <param name="Fact">What happened.</param>
/// <param name="Partition">Where.</param>
/// <param name="Number">The number of the record among the client's own of this partition; for what was read or committed the offset.</param>
public readonly record struct LedgerEntry(LedgerFact Fact, int Partition, long Number);
