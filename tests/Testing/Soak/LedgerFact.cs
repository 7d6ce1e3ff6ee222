namespace StockPipeline.Testing.Soak;

public enum LedgerFact
{
    /// <summary>The broker acknowledged a record.</summary>
    Acknowledged = 1,

    /// <summary>A member of the group got a record.</summary>
    Read,

    /// <summary>The broker acknowledged that the group goes on from an offset.</summary>
    Committed,
}
