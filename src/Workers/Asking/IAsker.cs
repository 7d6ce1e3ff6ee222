using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Keys;
using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;
using StockPipeline.Workers.Ledger;

namespace StockPipeline.Workers.Asking;

/// <summary>
/// Knows what is missing in the candles of the instruments a replica owns, and what history is to be asked for it. Called by one at a time, with
/// the ledger's gate held.
/// </summary>
public interface IAsker
{
    /// <summary>A closed candle, in the order of the topic.</summary>
    void Take(Interval interval, Candle candle);

    /// <summary>The candle is gone from the topic.</summary>
    void Remove(Interval interval, CandleKey key);

    /// <summary>These instruments are another replica's now, or are about to be read anew.</summary>
    void Drop(Predicate<Figi> gone);

    /// <summary>Says what is to be said now.</summary>
    void Look(AskingRound round);

    /// <summary>This has been written.</summary>
    void Said(LedgerStep step);
}

/// <summary>One look of an asker at all it knows.</summary>
/// <param name="Now">The times.</param>
/// <param name="Config">What is followed.</param>
/// <param name="IsOurs">Whose instruments may be spoken of: their partition is read, and the last owner's words are as well.</param>
/// <param name="Say">Takes what is to be written; the ledger as the asker sees it has it already.</param>
public sealed record AskingRound(Moment Now, ConfigSnapshot Config, Predicate<Figi> IsOurs, ICollection<LedgerStep> Say);

/// <summary>The two times there are: the market's, by which slots end, and the machine's, by which work takes its time.</summary>
public readonly record struct Moment(DateTimeOffset Market, DateTimeOffset Machine);
