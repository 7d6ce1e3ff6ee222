namespace StockPipeline.Alerts;

/// <summary>How a rule stands after a point.</summary>
internal record struct RuleState(Arming Arming, long LastFire, bool IsDone)
{
    public static RuleState Begin(Arming arming) => new(arming, long.MinValue, IsDone: false);
}

/// <summary>Whether a rule would tell of what it sees next.</summary>
internal enum Arming
{
    Disarmed,

    Armed,

    /// <summary>What it saw last is forgotten: what was said then holds until a point decides.</summary>
    Unknown,
}

/// <summary>What a rule makes of one point.</summary>
/// <param name="Value">What it looks at.</param>
/// <param name="Threshold">What that is held against.</param>
/// <param name="IsTrue">The condition holds.</param>
/// <param name="IsBack">It holds so clearly not that it may be told of again.</param>
/// <param name="IsWhole">All the points it goes by are kept.</param>
internal readonly record struct Reading(double Value, double Threshold, bool IsTrue, bool IsBack, bool IsWhole = true);
