using StockPipeline.Contracts.Instruments;

namespace StockPipeline.Simulator.Market;

/// <summary>What happens to instruments beside trading: halts and splits. Immutable, so that a reader always sees one consistent state.</summary>
internal sealed record MarketEvents
{
    /// <summary>More in one run is a mistake in the settings.</summary>
    public const int MaxEvents = 10_000;

    public static readonly MarketEvents None = new();

    public IReadOnlyList<(Figi Figi, long FromMs, long ToMs)> Halts { get; private init; } = [];

    public IReadOnlyList<(Figi Figi, long AtMs, int Ratio)> Splits { get; private init; } = [];

    public MarketEvents WithHalt(Figi figi, long fromMs, long toMs) => this with { Halts = Limited([.. Halts, (figi, fromMs, toMs)]) };

    public MarketEvents WithSplit(Figi figi, long atMs, int ratio) => this with { Splits = Limited([.. Splits, (figi, atMs, ratio)]) };

    public bool IsHalted(Figi figi, long atMs)
    {
        foreach (var halt in Halts)
        {
            if (halt.Figi == figi && halt.FromMs <= atMs && atMs < halt.ToMs)
                return true;
        }
        return false;
    }

    /// <summary>By how much the prices of the tape are to be divided for somebody who looks at this instant.</summary>
    public int SplitFactor(Figi figi, long asOfMs)
    {
        var factor = 1;
        foreach (var split in Splits)
        {
            if (split.Figi == figi && split.AtMs <= asOfMs)
                factor = checked(factor * split.Ratio);
        }
        return factor;
    }

    private static T[] Limited<T>(T[] events) => events.Length <= MaxEvents
        ? events
        : throw new InvalidOperationException($"More than {MaxEvents} halts or splits cannot be set.");
}
