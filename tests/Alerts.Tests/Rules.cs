using StockPipeline.Contracts.Alerts;
using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Time;

namespace StockPipeline.AlertsTests;

/// <summary>Rules and candles as the tests write them: time is counted in minutes from one morning.</summary>
internal static class Rules
{
    public static readonly Figi Figi = new("BBG004730N88");

    public static readonly DateTimeOffset Morning = new(2026, 11, 30, 7, 0, 0, TimeSpan.Zero);

    public static DateTimeOffset Minute(int minute) => Morning.AddMinutes(minute);

    public static long Ms(int minute) => Minute(minute).ToUnixTimeMilliseconds();

    public static AlertRule Of(AlertKind kind, double level = 0, string id = "1") => new()
    {
        Owner = "anna", Id = id, Since = Morning,
        Condition = new AlertCondition { Figi = Figi, Name = "SBER", Interval = Interval.OneMinute, Kind = kind, Level = level },
    };

    public static AlertRule Within(this AlertRule rule, int minutes) =>
        rule with { Condition = rule.Condition with { Window = TimeSpan.FromMinutes(minutes) } };

    public static AlertRule Provisional(this AlertRule rule) => rule with { Condition = rule.Condition with { IsProvisional = true } };
}
