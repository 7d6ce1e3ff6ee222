using System.Collections.Frozen;
using StockPipeline.Calendar;
using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Records;

namespace StockPipeline.Workers;

/// <summary>What the pipeline works on at one moment: the instruments and when they trade.</summary>
public sealed record ConfigSnapshot(FrozenDictionary<Figi, Instrument> Instruments, TradingCalendar Calendar)
{
    public static readonly ConfigSnapshot Empty = new(FrozenDictionary<Figi, Instrument>.Empty, TradingCalendar.Empty);
}
