using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Time;

namespace StockPipeline.Contracts.Alerts;

/// <summary>What has to happen in one series. A value: equal conditions are the same.</summary>
public sealed record AlertCondition
{
    /// <summary>The series of the candles themselves.</summary>
    public const string Candles = "";

    /// <summary>The close: also what an indicator's value is compared with where no line is named.</summary>
    public const string Close = "";

    public required Figi Figi { get; init; }

    /// <summary>What people call the instrument: a ticker, or a pair of currencies with its source.</summary>
    public required string Name { get; init; }

    public required Interval Interval { get; init; }

    public required AlertKind Kind { get; init; }

    /// <summary>The indicator as topics name it; <see cref="Candles"/> for the price.</summary>
    public string Source { get; init; } = Candles;

    /// <summary>Which line of the indicator; <see cref="Close"/> for the price.</summary>
    public string Line { get; init; } = Close;

    /// <summary>The line that is crossed; nothing where it is a level.</summary>
    public string? Against { get; init; }

    /// <summary>A level, or by how much; in percent where <see cref="IsPercent"/>.</summary>
    public double Level { get; init; }

    public bool IsPercent { get; init; }

    /// <summary>Within which time it changes, or for how long nothing comes.</summary>
    public TimeSpan Window { get; init; }

    /// <summary>
    /// Takes the candle that still forms: a price counts as soon as it was traded, a line as soon as it stands there. Otherwise final ones alone.
    /// </summary>
    public bool IsProvisional { get; init; }
}
