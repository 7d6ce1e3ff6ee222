using System.ComponentModel.DataAnnotations;
using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;
using StockPipeline.Indicators.Catalogue;

namespace StockPipeline.Macd;

/// <summary>What one MACD worker calculates.</summary>
public sealed class MacdOptions : IValidatableObject
{
    private const int UsualHistory = 3_000;

    [Required]
    [ConfigurationKeyName("INTERVAL")]
    public Interval Interval { get; set; } = Interval.OneMinute;

    [Range(2, ParameterRule.LongestPeriod)]
    [ConfigurationKeyName("MACD_FAST")]
    public int Fast { get; set; } = MacdParameters.Default.Fast;

    [Range(3, ParameterRule.LongestPeriod)]
    [ConfigurationKeyName("MACD_SLOW")]
    public int Slow { get; set; } = MacdParameters.Default.Slow;

    [Range(1, ParameterRule.LongestPeriod)]
    [ConfigurationKeyName("MACD_SIGNAL")]
    public int Signal { get; set; } = MacdParameters.Default.Signal;

    /// <summary>Candles of each instrument that are kept and can still be repaired; 3,000, or more where the periods need more.</summary>
    [Range(512, 100_000)]
    [ConfigurationKeyName("MACD_HISTORY")]
    public int? History { get; set; }

    public MacdParameters Parameters => new(Fast, Slow, Signal);

    public Indicator Indicator => IndicatorCatalogue.Kind("macd").With(Fast, Slow, Signal);

    public int HistoryOrUsual => History ?? Math.Max(UsualHistory, ShortestHistory);

    /// <summary>Twice what it takes until the start of a series no longer shows in a value.</summary>
    private int ShortestHistory => 2 * Indicator.Reach.Settling;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Fast >= Slow)
            yield return new ValidationResult($"a whole number below MACD_SLOW, which is {Slow}", [nameof(Fast)]);
        else if (History < ShortestHistory)
            yield return new ValidationResult($"a whole number from {ShortestHistory} on, which is what these periods need", [nameof(History)]);
    }
}
