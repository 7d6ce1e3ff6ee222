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
