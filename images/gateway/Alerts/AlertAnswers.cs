using System.Text.Json.Serialization;
using StockPipeline.Alerts;
using StockPipeline.Contracts.Alerts;

namespace StockPipeline.Gateway.Alerts;

/// <summary>A rule as it is asked for: of an instrument, in words as the bot takes them.</summary>
internal sealed record AlertWish(string Instrument, string Text);

/// <summary>A rule as programs and the page see it.</summary>
internal sealed record AlertAnswer(
    string Id, string Figi, string Name, string Interval, string Kind, string Text, string How, string Source, string Line, string? Against,
    double Level, bool Percent, double WindowSeconds, bool Provisional, double Margin, bool Repeats, double CooldownSeconds, DateTimeOffset Since,
    DateTimeOffset? Expires)
{
    public static AlertAnswer Of(AlertRule rule, bool isRussian)
    {
        var condition = rule.Condition;
        return new AlertAnswer(
            rule.Id, condition.Figi.Value, condition.Name, condition.Interval.Name, KindName(condition.Kind), AlertText.Of(condition, isRussian),
            AlertText.HowOf(rule, isRussian), condition.Source, condition.Line, condition.Against, condition.Level, condition.IsPercent,
            condition.Window.TotalSeconds, condition.IsProvisional, rule.Margin, rule.Repeats, rule.Cooldown.TotalSeconds, rule.Since, rule.Expires);
    }

    public static string KindName(AlertKind kind) => System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(kind.ToString());
}

/// <summary>An event as programs and the page see it.</summary>
internal sealed record AlertEventAnswer(
    string Type, string Rule, string Figi, string Name, string Interval, string Kind, string Text, DateTimeOffset Time, double Value,
    double Threshold, bool Withdrawn, bool Late, DateTimeOffset SaidAt)
{
    public static AlertEventAnswer Of(AlertEvent one) => new(
        "alert", one.RuleId, one.Condition.Figi.Value, one.Condition.Name, one.Condition.Interval.Name, AlertAnswer.KindName(one.Condition.Kind),
        AlertText.Of(one.Condition, isRussian: false), one.OpenTime, one.Value, one.Threshold, one.IsWithdrawn, one.IsLate, one.SaidAt);
}

/// <summary>A code for the bot, in the open this once.</summary>
internal sealed record LinkAnswer(string Code, DateTimeOffset Expires);

/// <summary>How requests and answers about alerts are written.</summary>
[JsonSourceGenerationOptions(System.Text.Json.JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(AlertWish))]
[JsonSerializable(typeof(AlertAnswer))]
[JsonSerializable(typeof(IReadOnlyList<AlertAnswer>))]
[JsonSerializable(typeof(AlertEventAnswer))]
[JsonSerializable(typeof(IReadOnlyList<AlertEventAnswer>))]
[JsonSerializable(typeof(LinkAnswer))]
internal sealed partial class AlertJson : JsonSerializerContext;
