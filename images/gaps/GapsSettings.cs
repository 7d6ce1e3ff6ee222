using StockPipeline.Contracts.Time;
using StockPipeline.Hosting;
using StockPipeline.Workers;
using StockPipeline.Workers.Ledger;

namespace StockPipeline.Gaps;

/// <summary>What one gaps worker looks for.</summary>
/// <param name="Interval">Of the candles it reads.</param>
/// <param name="Grace">How long a hole stays suspected before history is asked, in market time.</param>
/// <param name="AuditEvery">How often what was said is compared with history, in market time; nothing for never.</param>
/// <param name="Reask">How long an unanswered request is waited for.</param>
/// <param name="Kept">How far back holes are looked for: as long as candles are kept.</param>
internal sealed record GapsSettings(Interval Interval, TimeSpan Grace, TimeSpan AuditEvery, ReaskPause Reask, TimeSpan Kept)
{
    /// <summary>How long after its end a candle may still be on its way into history; history does not answer for what is younger.</summary>
    public static readonly TimeSpan Settling = TimeSpan.FromSeconds(60);

    /// <summary>How far back holes are looked for where candles are kept without end.</summary>
    public static readonly TimeSpan LongestKept = TimeSpan.FromDays(3_650);

    public static GapsSettings From(Settings settings, Func<Interval, TimeSpan> kept)
    {
        var interval = settings.RequiredInterval();
        return new GapsSettings(
            interval,
            settings.Duration("GAPS_GRACE", TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(1), TimeSpan.FromHours(1)),
            settings.Duration("AUDIT_EVERY", TimeSpan.FromHours(1), TimeSpan.Zero, TimeSpan.FromDays(7)),
            ReaskPause.From(settings),
            kept(interval));
    }
}
