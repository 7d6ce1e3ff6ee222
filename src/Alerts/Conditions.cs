using System.Numerics;
using StockPipeline.Contracts.Alerts;

namespace StockPipeline.Alerts;

/// <summary>What a condition says of each point of its series. Pure.</summary>
internal sealed class Conditions
{
    /// <summary>Numbers closer than this share of their size are the same.</summary>
    private const double Touching = 1e-9;

    private readonly AlertKind kind;
    private readonly int line;
    private readonly int against;
    private readonly double level;
    private readonly double margin;
    private readonly bool isPercent;
    private readonly bool isTouch;
    private readonly long windowMs;
    private readonly long sinceMs;

    public Conditions(AlertRule rule)
    {
        var condition = rule.Condition;
        kind = condition.Kind;
        line = AlertLines.Find(condition.Source, condition.Line);
        against = condition.Against is { } other ? AlertLines.Find(condition.Source, other) : -1;
        (level, margin, isPercent) = (condition.Level, rule.Margin, condition.IsPercent);
        isTouch = condition.IsProvisional && condition.Source == AlertCondition.Candles;
        windowMs = (long)condition.Window.TotalMilliseconds;
        sinceMs = rule.Since.ToUnixTimeMilliseconds();
    }

    /// <summary>What is told of is going beyond, so that it matters on which side a line stood before.</summary>
    public bool IsCrossing => kind is AlertKind.CrossesAbove or AlertKind.CrossesBelow;

    public Reading Read(PointSeries points, int index) => kind switch
    {
        AlertKind.Above or AlertKind.CrossesAbove => Up(
            points.At(isTouch ? AlertLines.High : line, index), points.At(line, index), ThresholdAt(points, index)),
        AlertKind.Below or AlertKind.CrossesBelow => Down(
            points.At(isTouch ? AlertLines.Low : line, index), points.At(line, index), ThresholdAt(points, index)),
        AlertKind.Closed => new Reading(points.At(AlertLines.Close, index), 0, IsTrue: true, IsBack: true),
        AlertKind.Rises or AlertKind.Falls or AlertKind.Moves => Changed(points, index),
        _ => new Reading(0, 0, IsTrue: false, IsBack: false),
    };

    private double ThresholdAt(PointSeries points, int index) => against < 0 ? level : points.At(against, index);

    private Reading Up(double reached, double stands, double threshold) => new(
        reached, threshold, isTouch ? reached - threshold >= -Near(reached, threshold) : reached - threshold > Near(reached, threshold),
        stands - (threshold - (margin * Math.Abs(threshold))) <= Near(stands, threshold));

    private Reading Down(double reached, double stands, double threshold) => new(
        reached, threshold, isTouch ? threshold - reached >= -Near(reached, threshold) : threshold - reached > Near(reached, threshold),
        threshold + (margin * Math.Abs(threshold)) - stands <= Near(stands, threshold));

    private Reading Changed(PointSeries points, int index)
    {
        var first = points.FirstFrom(points.OpenOf(index) - windowMs);
        var (low, high) = Extremes(points, first, isTouch ? index : index + 1);
        var close = points.At(AlertLines.Close, index);
        var rise = Change(isTouch ? points.At(AlertLines.High, index) : close, low);
        var fall = -Change(isTouch ? points.At(AlertLines.Low, index) : close, high);
        var value = kind switch { AlertKind.Rises => rise, AlertKind.Falls => fall, _ => rise >= fall ? rise : -fall };
        var size = kind == AlertKind.Moves ? Math.Abs(value) : value;
        var isTrue = size - level >= -Near(size, level);
        var isWhole = points.OpenOf(index) - windowMs >= points.Oldest || (!points.IsTrimmed && sinceMs >= points.Oldest);
        return new Reading(value, level, isTrue, !isTrue && !(size > level * (1 - margin)), isWhole);
    }

    private double Change(double now, double then) => isPercent ? then == 0 ? double.NaN : (now - then) / Math.Abs(then) * 100 : now - then;

    /// <summary>The lowest and highest final close, and that of the last point.</summary>
    private static (double Low, double High) Extremes(PointSeries points, int from, int to)
    {
        if (points.IsClosed)
            return Extremes(points.Span(AlertLines.Close, from, to));
        var (low, high) = (double.NaN, double.NaN);
        for (var i = from; i < to; i++)
        {
            if (!points.IsFinal(i) && i < to - 1)
                continue;
            var close = points.At(AlertLines.Close, i);
            (low, high) = (low <= close ? low : close, high >= close ? high : close);
        }
        return (low, high);
    }

    private static (double Low, double High) Extremes(ReadOnlySpan<double> closes)
    {
        if (closes.IsEmpty)
            return (double.NaN, double.NaN);
        var (low, high, i) = (closes[0], closes[0], 0);
        if (closes.Length >= 2 * Vector<double>.Count)
        {
            var (lows, highs) = (new Vector<double>(closes), new Vector<double>(closes));
            for (i = Vector<double>.Count; i <= closes.Length - Vector<double>.Count; i += Vector<double>.Count)
            {
                var next = new Vector<double>(closes[i..]);
                (lows, highs) = (Vector.Min(lows, next), Vector.Max(highs, next));
            }
            for (var lane = 0; lane < Vector<double>.Count; lane++)
                (low, high) = (Math.Min(low, lows[lane]), Math.Max(high, highs[lane]));
        }
        for (; i < closes.Length; i++)
            (low, high) = (Math.Min(low, closes[i]), Math.Max(high, closes[i]));
        return (low, high);
    }

    private static double Near(double one, double other) => Touching * Math.Max(Math.Abs(one), Math.Abs(other));
}
