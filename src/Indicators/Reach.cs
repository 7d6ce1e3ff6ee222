namespace StockPipeline.Indicators;

/// <summary>How far a formula looks, in candles.</summary>
/// <param name="First">Position of the first candle with a value.</param>
public readonly record struct Reach(int First)
{
    /// <summary>Settling of what never forgets.</summary>
    public const int Never = int.MaxValue;

    /// <summary>From this position on every line has a value, and the number of candles before no longer matters.</summary>
    public int Seeded { get; init; } = First;

    /// <summary>Candles that one step looks at, the newest included.</summary>
    public int Window { get; init; } = 1;

    /// <summary>Numbers that the formula keeps to find again.</summary>
    public int Trail { get; init; }

    /// <summary>After so many steps the trail holds what it would hold had it been kept from the beginning.</summary>
    public int RunIn { get; init; }

    /// <summary>
    /// After so many candles the start of a series no longer shows in a value; 0 where a value follows from the window alone.
    /// </summary>
    public int Settling { get; init; }

    /// <summary>The state holds nothing but what the window gives: a calculation can begin anywhere.</summary>
    public bool IsMemoryless => Settling == 0;
}
