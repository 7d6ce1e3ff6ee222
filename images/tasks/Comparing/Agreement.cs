using StockPipeline.Contracts.Time;
using StockPipeline.Indicators.Catalogue;
using StockPipeline.Indicators.Series;

namespace StockPipeline.TaskWorkers.Comparing;

/// <summary>What somebody else says of one candle: the lines it has, by the names we give them.</summary>
internal sealed record ForeignValue(DateTimeOffset Time, IReadOnlyDictionary<string, double> Lines);

/// <summary>One number that both have.</summary>
/// <param name="Time">The candle's.</param>
/// <param name="Line">Its name.</param>
/// <param name="Ours">As we calculate it.</param>
/// <param name="Theirs">As the other says.</param>
/// <param name="Difference">As a share of the scale.</param>
internal sealed record ComparedNumber(DateTimeOffset Time, string Line, double Ours, double Theirs, double Difference);

/// <summary>Compares numbers at the same times. Pure.</summary>
internal sealed record Agreement(
    int Compared, int OnlyOurs, int OnlyTheirs, double? Percent, double Greatest, double Mean, IReadOnlyList<ComparedNumber> Worst)
{
    /// <summary>What differs by less counts as the same: others round, and begin their averages elsewhere.</summary>
    internal const double Tolerance = 1e-4;

    private const int ShownRows = 20;

    public static Agreement Of(Indicator indicator, ValueChanges ours, IReadOnlyList<ForeignValue> theirs, TimeRange range)
    {
        var foreign = new Dictionary<long, ForeignValue>();
        foreach (var one in theirs.Where(one => range.Contains(one.Time)))
            foreign[one.Time.ToUnixTimeMilliseconds()] = one;
        var numbers = new List<ComparedNumber>();
        var (onlyOurs, met) = (0, 0);
        for (var index = 0; index < ours.Count; index++)
        {
            var value = ours[index];
            if (!range.Contains(DateTimeOffset.FromUnixTimeMilliseconds(value.OpenTime)))
                continue;
            if (!foreign.TryGetValue(value.OpenTime, out var other))
            {
                onlyOurs++;
                continue;
            }
            met++;
            numbers.AddRange(Pairs(indicator.Description, value, ours.LinesOf(index), other));
        }
        if (numbers.Count == 0)
            return new Agreement(0, onlyOurs, foreign.Count - met, null, 0, 0, []);
        var same = numbers.Count(one => one.Difference < Tolerance);
        return new Agreement(
            numbers.Count, onlyOurs, foreign.Count - met, Math.Floor(same * 100_000d / numbers.Count) / 1_000, numbers.Max(one => one.Difference),
            numbers.Average(one => one.Difference), [.. numbers.OrderByDescending(one => one.Difference).Take(ShownRows).OrderBy(one => one.Time)]);
    }

    private static List<ComparedNumber> Pairs(
        IndicatorDescription description, in ValueChange value, ReadOnlySpan<double> lines, ForeignValue other)
    {
        var pairs = new List<ComparedNumber>();
        for (var line = 0; line < lines.Length; line++)
        {
            var name = description.Lines[line].Name;
            if (!double.IsFinite(lines[line]) || !other.Lines.TryGetValue(name, out var theirs))
                continue;
            var scale = description.Scale == ValueScale.Percent ? 100 : Math.Max(value.Close.ToDouble(), 1e-9);
            pairs.Add(new ComparedNumber(other.Time, name, lines[line], theirs, Math.Abs(lines[line] - theirs) / scale));
        }
        return pairs;
    }
}
