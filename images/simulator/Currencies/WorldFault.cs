namespace StockPipeline.Simulator.Currencies;

/// <summary>What goes wrong at a simulated exchange of currencies.</summary>
public sealed record WorldFault
{
    public required WorldFaultKind Kind { get; init; }

    /// <summary>The pair it strikes, as the exchange calls it; all where nothing is said.</summary>
    public string? Symbol { get; init; }

    /// <summary>How long it lasts, in market time; until it is taken back where nothing is said.</summary>
    public double? Seconds { get; init; }

    /// <summary>What an answer names as the time to wait; it names none where nothing is said.</summary>
    public int? RetryAfter { get; init; }

    /// <summary>By how much frames are late.</summary>
    public double Delay { get; init; } = 10;
}
