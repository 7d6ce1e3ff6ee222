using StockPipeline.Contracts.Instruments;

namespace StockPipeline.Contracts.Records;

/// <summary>
/// Any indicator of one candle; topic <c>&lt;indicator&gt;-values-&lt;interval&gt;</c>, key <c>FIGI/openTime</c>. The last record of a key is the
/// truth.
/// </summary>
public sealed record IndicatorValue : IInstrumentValue
{
    public required Figi Figi { get; init; }

    public required DateTimeOffset OpenTime { get; init; }

    public required Price Close { get; init; }

    /// <summary>The candle under it is final; a value of the forming candle is provisional.</summary>
    public required bool Final { get; init; }

    /// <summary>Grows with every repair of the instrument's series: values of a repair share one epoch.</summary>
    public required long Epoch { get; init; }

    /// <summary>Its name in the catalogue.</summary>
    public required string Indicator { get; init; }

    /// <summary>Separated by commas; empty where it has none.</summary>
    public required string Parameters { get; init; }

    /// <summary>In the order of the catalogue; a line that has no value yet is absent.</summary>
    public required IReadOnlyList<IndicatorLine> Lines { get; init; }

    public bool Equals(IndicatorValue? other) => other is not null && Figi == other.Figi && OpenTime == other.OpenTime && Close == other.Close
        && Final == other.Final && Epoch == other.Epoch && Indicator == other.Indicator && Parameters == other.Parameters
        && Lines.SequenceEqual(other.Lines);

    public override int GetHashCode() => HashCode.Combine(Figi, OpenTime, Close, Final, Epoch, Indicator, Parameters, Lines.Count);
}

/// <summary>One number of an indicator's value.</summary>
/// <param name="Name">As the catalogue of indicators names it.</param>
/// <param name="Value">Finite.</param>
public readonly record struct IndicatorLine(string Name, double Value);

/// <summary>What values of all indicators have, whatever else is in their records.</summary>
public interface IInstrumentValue
{
    Figi Figi { get; }

    DateTimeOffset OpenTime { get; }

    /// <summary>The candle under it is final; a value of the forming candle is provisional.</summary>
    bool Final { get; }

    /// <summary>Grows with every repair of the instrument's series.</summary>
    long Epoch { get; }
}
