using StockPipeline.Rates.Sources;

namespace StockPipeline.Rates.Limits;

/// <summary>
/// How long a host that refuses is left alone: as long as it says, else longer with each refusal. One that is ignored bans for days, so a
/// pause is never cut short. Pure; used by one loop at a time.
/// </summary>
public sealed class HostPatience(TimeSpan usualPause)
{
    /// <summary>No pause of our own is longer; one that the host names may be.</summary>
    public static readonly TimeSpan LongestOwnPause = TimeSpan.FromMinutes(15);

    /// <summary>What a host names is believed up to here: Binance bans for three days at most.</summary>
    public static readonly TimeSpan LongestNamedPause = TimeSpan.FromDays(3);

    /// <summary>Clocks differ: a pause that ends a moment early is a pause ignored.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(1);

    private int refusals;

    public TimeSpan Refused(in Refusal refusal)
    {
        refusals = Math.Min(refusals + 1, 30);
        if (refusal.Pause is { } named)
            return (named < LongestNamedPause ? named : LongestNamedPause) + Margin;
        var own = usualPause * Math.Pow(2, refusals - 1);
        return own < LongestOwnPause ? own : LongestOwnPause;
    }

    /// <summary>The last answer was a refusal.</summary>
    public bool IsRefused => refusals > 0;

    public void Succeeded() => refusals = 0;
}
