using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Keys;
using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;
using StockPipeline.Workers.Asking;
using StockPipeline.Workers.Ledger;

namespace StockPipeline.WorkersTests.Asking;

/// <summary>Says one thing in each round in which its instrument may be spoken of.</summary>
internal sealed class AskerDouble : IAsker
{
    public List<DateTimeOffset> Candles { get; } = [];

    public int Rounds { get; private set; }

    public List<LedgerStep> HasSaid { get; } = [];

    public void Take(Interval interval, Candle candle) => Candles.Add(candle.OpenTime);

    public void Remove(Interval interval, CandleKey key) => Candles.Remove(key.OpenTime);

    public void Drop(Predicate<Figi> gone)
    {
        if (gone(Sample.Sber))
            Candles.Clear();
    }

    public void Look(AskingRound round)
    {
        Rounds++;
        if (!round.IsOurs(Sample.Sber))
            return;
        round.Say.Add(LedgerStep.Only(new HistoryTask
        {
            Figi = Sample.Sber, Interval = Interval.OneMinute, From = round.Now.Market, To = round.Now.Market.AddMinutes(1),
            Reason = HistoryReason.Gap, Attempt = 1, Id = Guid.Empty,
        }));
    }

    public void Said(LedgerStep step) => HasSaid.Add(step);
}
