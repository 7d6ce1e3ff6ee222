using StockPipeline.Contracts.Instruments;
using StockPipeline.Workers.Ledger;

namespace StockPipeline.Workers.Asking;

/// <summary>One look of an asker at all it knows.</summary>
/// <param name="Now">The times.</param>
/// <param name="Config">What is followed.</param>
/// <param name="IsOurs">Whose instruments may be spoken of: their partition is read, and the last owner's words are as well.</param>
/// <param name="Say">Takes what is to be written; the ledger as the asker sees it has it already.</param>
public sealed record AskingRound(Moment Now, ConfigSnapshot Config, Predicate<Figi> IsOurs, ICollection<LedgerStep> Say);
