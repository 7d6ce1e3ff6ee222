using StockPipeline.Contracts.Alerts;

namespace StockPipeline.AlertsTests;

/// <summary>Which minutes a rule tells of, read off the whole series from its beginning: what the board must say, whatever came when.</summary>
internal static class PlainModel
{
    public static HashSet<int> Minutes(AlertRule rule, IEnumerable<Point> points)
    {
        var condition = rule.Condition;
        var all = points.Where(point => point.IsFinal || condition.IsProvisional).OrderBy(point => point.Minute).ToList();
        var told = new HashSet<int>();
        var isCrossing = condition.Kind is AlertKind.CrossesAbove or AlertKind.CrossesBelow;
        var (ready, lastClose) = (!isCrossing, (DateTimeOffset?)null);
        foreach (var point in all)
        {
            var (open, close) = (Rules.Minute(point.Minute), Rules.Minute(point.Minute + 1));
            var (holds, isBack) = Look(rule, point, all);
            if (condition.IsProvisional ? open < rule.Since : close <= rule.Since)
            {
                if (isCrossing)
                    ready = !holds && (isBack || ready);
                continue;
            }
            if (close > rule.Expires || (told.Count > 0 && !rule.Repeats))
                continue;
            var isCool = lastClose is null || close - lastClose >= rule.Cooldown;
            if (holds && ready && isCool)
            {
                told.Add(point.Minute);
                (ready, lastClose) = (false, close);
            }
            if (holds && isCrossing)
                ready = false;
            if (isBack)
                ready = true;
        }
        return told;
    }

    private static (bool Holds, bool IsBack) Look(AlertRule rule, Point point, List<Point> all)
    {
        var condition = rule.Condition;
        var (level, slack) = (condition.Level, rule.Margin * Math.Abs(condition.Level));
        var touch = condition.IsProvisional;
        switch (condition.Kind)
        {
            case AlertKind.Above or AlertKind.CrossesAbove:
                return (touch ? point.High >= level : point.Close > level, point.Close <= level - slack);
            case AlertKind.Below or AlertKind.CrossesBelow:
                return (touch ? point.Low <= level : point.Close < level, point.Close >= level + slack);
            case AlertKind.Closed:
                return (true, true);
            default:
                var window = all.Where(other => other.Minute >= point.Minute - condition.Window.TotalMinutes
                    && (touch ? other.Minute < point.Minute : other.Minute <= point.Minute)).Select(other => other.Close).ToList();
                if (window.Count == 0)
                    return (false, true);
                var (rise, fall) = ((touch ? point.High : point.Close) - window.Min(), window.Max() - (touch ? point.Low : point.Close));
                var size = condition.Kind switch { AlertKind.Rises => rise, AlertKind.Falls => fall, _ => Math.Max(rise, fall) };
                return (size >= level, size < level && size <= level * (1 - rule.Margin));
        }
    }
}
