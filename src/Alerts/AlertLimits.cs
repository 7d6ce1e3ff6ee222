using StockPipeline.Contracts.Alerts;

namespace StockPipeline.Alerts;

/// <summary>What a rule may ask for.</summary>
public static class AlertLimits
{
    /// <summary>Candles that a window may hold.</summary>
    public const int MostCandles = 480;

    /// <summary>Rules that one owner may have.</summary>
    public const int MostRules = 100;

    public const double MostMargin = 0.5;

    public static readonly TimeSpan LongestCooldown = TimeSpan.FromDays(30);

    public static readonly TimeSpan LongestSilence = TimeSpan.FromDays(7);

    /// <summary>The same, and that there are values of the indicator it is about.</summary>
    /// <param name="rule">The rule.</param>
    /// <param name="indicators">Those calculated beside MACD, as topics name them.</param>
    public static string? Problem(AlertRule rule, IReadOnlyList<string> indicators)
    {
        var source = rule.Condition.Source;
        return Problem(rule) ?? (source is AlertCondition.Candles or "macd" || indicators.Contains(source) ? null
            : $"source: nobody calculates '{source}' here; INDICATORS does not name it");
    }

    /// <summary>What is wrong with a rule, in a sentence that names the field; nothing where it can be followed.</summary>
    public static string? Problem(AlertRule rule)
    {
        var condition = rule.Condition;
        if (!AlertKey.TryParse(rule.Key.ToString(), out _))
            return "id: letters, digits, '-', '_' and '.' are expected, at most 40 of them";
        if (Math.Abs(condition.Level) > 1e15 || !double.IsFinite(condition.Level))
            return "level: a number is expected";
        if (rule.Margin is < 0 or > MostMargin || double.IsNaN(rule.Margin))
            return $"margin: a share from 0 to {MostMargin} is expected";
        if (rule.Cooldown < TimeSpan.Zero || rule.Cooldown > LongestCooldown)
            return $"cooldown: at most {LongestCooldown.TotalDays} days are expected";
        if (rule.Expires <= rule.Since)
            return "expires: a time to come is expected";
        return OfSource(condition) ?? OfKind(condition);
    }

    private static string? OfSource(AlertCondition condition)
    {
        if (AlertLines.Count(condition.Source) == 0)
            return $"source: there is no indicator '{condition.Source}'";
        if (AlertLines.Find(condition.Source, condition.Line) < 0)
            return $"line: '{condition.Source}' has no line '{condition.Line}'";
        if (condition.Against is { } against && AlertLines.Find(condition.Source, against) < 0)
            return $"against: '{condition.Source}' has no line '{against}'";
        if (condition.Against == condition.Line)
            return "against: another line than the one that crosses is expected";
        return null;
    }

    private static string? OfKind(AlertCondition condition)
    {
        switch (condition.Kind)
        {
            case AlertKind.Rises or AlertKind.Falls or AlertKind.Moves:
                if (condition.Source != AlertCondition.Candles)
                    return "source: changes are those of prices; no indicator is expected";
                if (condition.Level <= 0)
                    return "level: a change of more than 0 is expected";
                return condition.Window < condition.Interval.Length || condition.Window > condition.Interval.Length * MostCandles
                    ? $"window: from one candle to {MostCandles} of {condition.Interval} are expected" : null;
            case AlertKind.Stale:
                if (condition.Source != AlertCondition.Candles)
                    return "source: silence is that of candles; no indicator is expected";
                return condition.Window < condition.Interval.Length || condition.Window > LongestSilence
                    ? $"window: from {condition.Interval} to {LongestSilence.TotalDays} days are expected" : null;
            case AlertKind.Above or AlertKind.Below when condition.Against is not null:
                return "against: only crossings are of two lines";
            case AlertKind.Closed when condition.Source != AlertCondition.Candles:
                return "source: candles close; no indicator is expected";
            default:
                return null;
        }
    }
}
