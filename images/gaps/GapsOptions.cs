using StockPipeline.Contracts.Time;
using StockPipeline.Hosting.Options;
using StockPipeline.Workers.Ledger;

namespace StockPipeline.Gaps;

/// <summary>What users set of the search for holes.</summary>
internal sealed class GapsOptions
{
    [ConfigurationKeyName("GAPS_GRACE"), DurationRange("1s", "1h")]
    public TimeSpan Grace { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Nothing for never.</summary>
    [ConfigurationKeyName("AUDIT_EVERY"), DurationRange("0s", "7d")]
    public TimeSpan AuditEvery { get; set; } = TimeSpan.FromHours(1);
}

/// <summary>What one gaps worker looks for.</summary>
/// <param name="Interval">Of the candles it reads.</param>
/// <param name="Grace">How long a hole stays suspected before history is asked, in market time.</param>
/// <param name="AuditEvery">How often what was said is compared with history, in market time; nothing for never.</param>
/// <param name="Reask">How long an unanswered request is waited for.</param>
/// <param name="Kept">How far back holes are looked for: as long as candles are kept.</param>
internal sealed record GapsSettings(Interval Interval, TimeSpan Grace, TimeSpan AuditEvery, ReaskPause Reask, TimeSpan Kept)
{
    /// <summary>How far back holes are looked for where candles are kept without end.</summary>
    public static readonly TimeSpan LongestKept = TimeSpan.FromDays(3_650);
}
