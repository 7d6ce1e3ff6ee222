using System.ComponentModel.DataAnnotations;
using StockPipeline.Contracts.Time;

namespace StockPipeline.IndicatorService;

/// <summary>What one worker of indicators reads, and how much it keeps; which indicators, say the topics there are.</summary>
public sealed class IndicatorsOptions
{
    /// <summary>Of the candles it reads.</summary>
    [Required]
    [ConfigurationKeyName("INTERVAL")]
    public Interval Interval { get; set; } = Interval.OneMinute;

    /// <summary>Candles of each instrument that are kept and can still be repaired.</summary>
    [Range(512, 100_000)]
    [ConfigurationKeyName("INDICATORS_HISTORY")]
    public int History { get; set; } = 3_000;
}
