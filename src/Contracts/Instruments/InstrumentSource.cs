using StockPipeline.Contracts.Records;

namespace StockPipeline.Contracts.Instruments;

/// <summary>Whose data an instrument lives on. Each source works on its own instruments and leaves those of the others alone.</summary>
public static class InstrumentSource
{
    /// <summary>The schedule of New York's exchanges: what follows it comes from polygon.io.</summary>
    public const string NewYork = "US";

    public static bool IsOfPolygon(this Instrument instrument) => instrument.Exchange == NewYork;
}
