using System.Globalization;
using StockPipeline.Contracts.Alerts;

namespace StockPipeline.Alerts;

/// <summary>Says rules in words, in Russian or English.</summary>
public static class AlertText
{
    /// <summary>The condition in a line: <c>SBER, 1-hour: rsi &lt; 30</c>.</summary>
    public static string Of(AlertCondition condition, bool isRussian) => $"{condition.Name}, {condition.Interval}: {What(condition, isRussian)}";

    /// <summary>How it is told: once or each time, how often, until when; nothing where there is nothing to say.</summary>
    public static string HowOf(AlertRule rule, bool isRussian)
    {
        var parts = new List<string>();
        if (rule.Repeats)
        {
            var pause = rule.Cooldown > TimeSpan.Zero ? (isRussian ? ", не чаще " : ", at most every ") + Time(rule.Cooldown) : "";
            parts.Add((isRussian ? "каждый раз" : "each time") + pause);
        }
        if (rule.Condition.IsProvisional)
            parts.Add(isRussian ? "не дожидаясь закрытия" : "before the candle closes");
        if (rule.Expires is { } expires)
            parts.Add((isRussian ? "до " : "until ") + expires.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) + " UTC");
        return string.Join("; ", parts);
    }

    /// <summary>A number with the digits that count.</summary>
    public static string Number(double value) => Math.Abs(value) < 1e15
        ? Math.Round((decimal)value, Math.Abs(value) >= 100 ? 4 : 8).ToString("0.########", CultureInfo.InvariantCulture)
        : value.ToString("R", CultureInfo.InvariantCulture);

    public static string Time(TimeSpan time) => time switch
    {
        { TotalDays: >= 1 } when time.TotalDays == Math.Floor(time.TotalDays) => $"{time.TotalDays:0}d",
        { TotalHours: >= 1 } when time.TotalHours == Math.Floor(time.TotalHours) => $"{time.TotalHours:0}h",
        { TotalMinutes: >= 1 } when time.TotalMinutes == Math.Floor(time.TotalMinutes) => $"{time.TotalMinutes:0}m",
        _ => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0}s"),
    };

    private static string What(AlertCondition condition, bool isRussian)
    {
        var line = Line(condition.Source, condition.Line, isRussian);
        var other = condition.Against is { } against ? Line(condition.Source, against, isRussian) : Number(condition.Level);
        var change = Number(condition.Level) + (condition.IsPercent ? "%" : "");
        var window = (isRussian ? " за " : " within ") + Time(condition.Window);
        return condition.Kind switch
        {
            AlertKind.Above => $"{line} > {other}",
            AlertKind.Below => $"{line} < {other}",
            AlertKind.CrossesAbove => $"{line} ↗ {other}",
            AlertKind.CrossesBelow => $"{line} ↘ {other}",
            AlertKind.Rises => $"+{change}{window}",
            AlertKind.Falls => $"−{change}{window}",
            AlertKind.Moves => $"±{change}{window}",
            AlertKind.Closed => isRussian ? "свеча закрыта" : "candle closed",
            _ => (isRussian ? "нет свечей " : "no candle for ") + Time(condition.Window),
        };
    }

    private static string Line(string source, string line, bool isRussian)
    {
        if (line == AlertCondition.Close)
            return isRussian ? "цена" : "price";
        return line == source || line == "value" ? source : $"{source} {line}";
    }
}
