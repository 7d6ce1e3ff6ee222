using StockPipeline.Contracts.Instruments;
using StockPipeline.Indicators;
using StockPipeline.Indicators.Candles;
using StockPipeline.Indicators.Catalogue;
using StockPipeline.Indicators.Series;

namespace StockPipeline.IndicatorValues;

/// <summary>
/// The values of one instrument as they should be, held against those that its topic has, record by record as they are read; in the end only what
/// is wrong or missing there is said. What changes meanwhile is said in the end as well.
/// </summary>
internal sealed class Comparison
{
    /// <summary>Orphans that are remembered; of more the oldest are forgotten, and stay in the topic until it lets them go.</summary>
    internal const int MaxOrphans = 10_000;

    /// <summary>
    /// Lines closer than this share of their scale are the same: a series that begins later than the one that said them differs in the last bits.
    /// </summary>
    private const double Tolerance = 1e-12;

    private readonly Indicator indicator;
    private readonly CandleSeries candles;
    private readonly ValueChanges expected;
    private readonly Marks[] marks;
    private readonly double[]? saidSums;
    private readonly SortedDictionary<long, (ValueChange Change, double[] Lines)> since = [];
    private readonly SortedDictionary<long, bool> orphans = [];

    /// <summary>There was a value of ours before the oldest candle.</summary>
    private bool hasOlder;

    /// <param name="indicator">Whose values.</param>
    /// <param name="series">Of the instrument.</param>
    /// <param name="candles">Of the instrument.</param>
    /// <param name="scratch">To calculate in.</param>
    /// <param name="room">Takes the values as they should be, and belongs to the comparison until its end.</param>
    public Comparison(Indicator indicator, IndicatorSeries series, CandleSeries candles, Scratch scratch, ValueChanges room)
    {
        this.indicator = indicator;
        this.candles = candles;
        expected = room;
        series.Replay(candles, scratch, expected);
        marks = new Marks[expected.Count];
        saidSums = indicator.Reach.Settling == Reach.Never ? new double[expected.Count] : null;
    }

    [Flags]
    private enum Marks : byte
    {
        None = 0,
        Found = 1,
        Ours = 2,

        /// <summary>Its candle stood as it stands.</summary>
        SameCandle = 4,

        SameLines = 8,
        WasFinal = 16,
    }

    /// <summary>The values as they should be, by the candles there were when the comparison began.</summary>
    public ValueChanges Expected => expected;

    /// <summary>The greatest epoch found.</summary>
    public long Epoch { get; private set; }

    public void Take(in FoundValue found, ReadOnlySpan<double> lines)
    {
        Epoch = Math.Max(Epoch, found.Epoch);
        var index = Find(found.OpenTime);
        if (index < 0)
        {
            TakeOrphan(found);
            return;
        }
        var value = expected[index];
        var isSameCandle = found.Close == value.Close && found.Final == value.Final;
        marks[index] = Marks.Found | (found.IsOurs ? Marks.Ours : Marks.None) | (found.Final ? Marks.WasFinal : Marks.None)
            | (isSameCandle ? Marks.SameCandle : Marks.None) | (AreSame(index, lines) ? Marks.SameLines : Marks.None);
        if (saidSums is not null)
            saidSums[index] = lines[0];
    }

    private void TakeOrphan(in FoundValue found)
    {
        if (candles.Count > 0 && found.OpenTime < candles.FirstOpenTime)
        {
            hasOlder |= found.IsOurs;
            return;
        }
        orphans[found.OpenTime] = found.IsOurs;
        if (orphans.Count > MaxOrphans)
            orphans.Remove(orphans.Keys.First());
    }

    /// <summary>The topic's record of that candle is a tombstone.</summary>
    public void Forget(long openTime)
    {
        if (Find(openTime) is >= 0 and var index)
            marks[index] = Marks.None;
        orphans.Remove(openTime);
    }

    /// <summary>Values have changed while records were being read.</summary>
    public void Replace(ValueChanges changes)
    {
        for (var i = 0; i < changes.Count; i++)
            since[changes[i].OpenTime] = (changes[i], changes.LinesOf(i).ToArray());
    }

    /// <summary>Everything has been read: adds what is to be said.</summary>
    public void Finish(IndicatorSeries series, ValueChanges changes)
    {
        var startIsKnown = StartIsKnown();
        if (!startIsKnown)
            GoOnFromWhatWasSaid(series);
        // What is neither expected nor right; hardly ever is there any.
        var others = new SortedDictionary<long, (ValueChange Change, double[] Lines)>(since);
        foreach (var (openTime, isOurs) in orphans)
        {
            if (!since.ContainsKey(openTime) && IsWrong(openTime, isOurs, startIsKnown))
                others[openTime] = (new ValueChange(openTime, default, Final: true, WasFinal: false, IsWithdrawn: true), Nothing);
        }
        using var other = others.Values.GetEnumerator();
        var isLeft = other.MoveNext();
        for (var index = 0; index < expected.Count; index++)
        {
            var value = expected[index];
            for (; isLeft && other.Current.Change.OpenTime < value.OpenTime; isLeft = other.MoveNext())
                changes.Add(other.Current.Change, other.Current.Lines);
            if (!since.ContainsKey(value.OpenTime) && !IsSaid(index, startIsKnown))
                changes.Add(value with { WasFinal = marks[index].HasFlag(Marks.WasFinal) }, expected.LinesOf(index));
        }
        for (; isLeft; isLeft = other.MoveNext())
            changes.Add(other.Current.Change, other.Current.Lines);
    }

    private double[] Nothing => [.. Enumerable.Repeat(double.NaN, expected.Lines)];

    private bool IsSaid(int index, bool startIsKnown) =>
        marks[index].HasFlag(Marks.Found | Marks.Ours | Marks.SameCandle)
        && (marks[index].HasFlag(Marks.SameLines) || IsBelieved(expected[index].OpenTime, startIsKnown));

    /// <summary>Where the start of the series is not the start of the candles, the values still under its influence are right as they are.</summary>
    private bool IsBelieved(long openTime, bool startIsKnown) =>
        !startIsKnown && saidSums is null && candles.Columns.Position(candles.Columns.Find(openTime)) < indicator.Reach.Settling;

    /// <summary>
    /// A value where our series has none yet, though the parameters are ours, was calculated from candles that the topic has since let go.
    /// </summary>
    private bool StartIsKnown() => !IsSumMoved()
        && (candles.Trimmed || !(hasOlder || orphans.Any(orphan => orphan.Value && candles.Columns.Find(orphan.Key) >= 0)));

    /// <summary>Sums whose first one differs began elsewhere; but where earlier candles came in, they are simply wrong.</summary>
    private bool IsSumMoved() => saidSums is not null && FirstOurs() is >= 0 and var index && (index == 0 || candles.Trimmed)
        && !marks[index].HasFlag(Marks.SameLines);

    /// <summary>Whether what the topic says of a candle that has no value is to be taken back.</summary>
    private bool IsWrong(long openTime, bool isOurs, bool startIsKnown)
    {
        if (candles.Count == 0 || openTime < candles.FirstOpenTime)
            return false;
        var index = candles.Columns.Find(openTime);
        if (index < 0 || !isOurs)
            return true;
        // The oldest candles of a trimmed series have a value that can no longer be calculated.
        return !candles.Trimmed && (startIsKnown || index >= indicator.Reach.Settling);
    }

    private void GoOnFromWhatWasSaid(IndicatorSeries series)
    {
        if (saidSums is null || !IsSumMoved())
            return;
        var first = FirstOurs();
        var by = saidSums[first] - expected.LinesOf(first)[0];
        series.Move(by);
        for (var index = 0; index < expected.Count; index++)
        {
            var lines = expected.WritableLinesOf(index);
            lines[0] += by;
            var isSame = marks[index].HasFlag(Marks.Found) && AreSame(index, [saidSums[index]]);
            marks[index] = isSame ? marks[index] | Marks.SameLines : marks[index] & ~Marks.SameLines;
        }
        foreach (var (_, lines) in since.Values)
            lines[0] += by;
    }

    private int FirstOurs() => Array.FindIndex(marks, mark => mark.HasFlag(Marks.Ours | Marks.SameCandle));

    private bool AreSame(int index, ReadOnlySpan<double> lines)
    {
        var ours = expected.LinesOf(index);
        for (var line = 0; line < lines.Length; line++)
        {
            if (!LineComparison.IsSame(indicator.Description.Scale, ours[line], lines[line], expected[index].Close.ToDouble(), Tolerance))
                return false;
        }
        return true;
    }

    private int Find(long openTime)
    {
        int low = 0, high = expected.Count - 1;
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            var found = expected[middle].OpenTime;
            if (found == openTime)
                return middle;
            if (found < openTime)
                low = middle + 1;
            else
                high = middle - 1;
        }
        return ~low;
    }
}

/// <summary>What is there to know, beside its lines, of a value found in the topic at the start.</summary>
/// <param name="OpenTime">Of its candle.</param>
/// <param name="Close">Of its candle.</param>
/// <param name="Final">The candle was closed.</param>
/// <param name="Epoch">Of the repair that it belongs to.</param>
/// <param name="IsOurs">It was calculated with the parameters that we have.</param>
public readonly record struct FoundValue(long OpenTime, Price Close, bool Final, long Epoch, bool IsOurs);
