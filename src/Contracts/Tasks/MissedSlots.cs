namespace StockPipeline.Contracts.Tasks;

/// <summary>What a schedule does about the times that passed while nobody looked. The numbers are the positions of the symbols in the Avro
/// enum.</summary>
public enum MissedSlots
{
    /// <summary>Only the newest of them is made good.</summary>
    Newest = 0,

    /// <summary>Each of them is, within a limit.</summary>
    Each = 1,

    /// <summary>They are let go.</summary>
    None = 2,
}
