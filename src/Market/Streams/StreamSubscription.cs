using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;

namespace StockPipeline.Market.Streams;

/// <summary>Candles of one interval of one instrument.</summary>
/// <param name="Figi">What the pipeline knows the instrument by.</param>
/// <param name="InstrumentId">What the API is asked by: the uid, or the FIGI where no uid is known.</param>
/// <param name="Interval">The interval.</param>
public sealed record StreamSubscription(Figi Figi, string InstrumentId, Interval Interval)
{
    public static StreamSubscription Of(Instrument instrument, Interval interval) =>
        new(instrument.Figi, instrument.Uid.Length > 0 ? instrument.Uid : instrument.Figi.Value, interval);

    public override string ToString() => $"{Figi} {Interval}";
}
