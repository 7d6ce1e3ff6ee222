using StockPipeline.Indicators.Candles;
using StockPipeline.Indicators.Signals;

namespace StockPipeline.Indicators.Catalogue;

/// <summary>What people, topics and pages know of an indicator.</summary>
public sealed record IndicatorDescription
{
    /// <summary>In settings and topics: small letters and digits.</summary>
    public required string Name { get; init; }

    /// <summary>As people call it.</summary>
    public required string Title { get; init; }

    /// <summary>One sentence for whoever chooses.</summary>
    public required string About { get; init; }

    public IReadOnlyList<ParameterRule> Parameters { get; init; } = [];

    public required IReadOnlyList<LineDescription> Lines { get; init; }

    /// <summary>What it looks at beside the close.</summary>
    public CandleFields Fields { get; init; } = CandleFields.Close;

    /// <summary>What the size of its lines is measured by.</summary>
    public required ValueScale Scale { get; init; }

    /// <summary>Drawn over the candles, and not below them.</summary>
    public bool IsOverlay { get; init; }

    /// <summary>Heights that mean something, as 30 and 70 do for RSI.</summary>
    public IReadOnlyList<double> Levels { get; init; } = [];

    /// <summary>What people act on; at most eight.</summary>
    public IReadOnlyList<SignalRule> Signals { get; init; } = [];

    /// <summary>What parameters that are each allowed must be together: null, or what is expected.</summary>
    public Func<ReadOnlySpan<double>, string?> Refuse { get; init; } = _ => null;
}
