using StockPipeline.Indicators.Catalogue;
using StockPipeline.Indicators.Series;

namespace StockPipeline.Indicators.Signals;

/// <summary>
/// The final values of one indicator and instrument as its rules see them: on which side each stands. When some of them change, says which signals
/// have become true and which are so no longer. Not safe for use from two threads.
/// </summary>
public sealed class SignalSeries
{
    /// <summary>
    /// Numbers closer than this share of their size stand on neither side: averages of a price that stands still differ in the last bits.
    /// </summary>
    private const double Touching = 1e-9;

    /// <summary>Forgetting happens in steps of this many values, so that its cost is spread.</summary>
    private const int TrimStep = 256;

    /// <summary>Candles open at whole seconds, which fit into half as much for another eighty years.</summary>
    private const long Second = 1_000;

    /// <summary>Above and below are half a byte each.</summary>
    private const int MostRules = 4;

    private readonly (SignalRule Rule, int Line, int Against)[] rules;
    private readonly int most;
    private readonly SortedSet<long> touched = [];
    private readonly HashSet<(long OpenTime, int Rule)> before = [];
    private uint[] openTimes = [];
    private Sides[] sides = [];
    private int count;

    /// <param name="indicator">Whose rules are asked; at most four.</param>
    /// <param name="most">So many values are remembered; of more the oldest are forgotten.</param>
    public SignalSeries(Indicator indicator, int most)
    {
        var lines = indicator.Description.Lines.Select(line => line.Name).ToList();
        rules = [.. indicator.Description.Signals.Select(rule =>
            (rule, rule.Line is { } line ? lines.IndexOf(line) : -1, rule.Against is { } against ? lines.IndexOf(against) : -1))];
        if (rules.Length > MostRules)
            throw new ArgumentException($"{indicator} has {rules.Length} rules, and {MostRules} are remembered.", nameof(indicator));
        this.most = most;
    }

    public int Count => count;

    /// <summary>Takes every value there is in the place of all before; nothing becomes true by that.</summary>
    public void Begin(ValueChanges values)
    {
        count = 0;
        for (var i = 0; i < values.Count; i++)
            Put(values[i], values.LinesOf(i));
        Trim();
    }

    /// <summary>Takes values as they change, and adds what that makes of the signals at them and right after them.</summary>
    public void Take(ValueChanges changes, ICollection<SignalChange> signals)
    {
        if (changes.Count == 0)
            return;
        if (count == 0 || changes[0].OpenTime > OpenTime(count - 1))
            Append(changes, signals);
        else
            Repair(changes, signals);
        Trim();
    }

    /// <summary>Every signal that is true, oldest first.</summary>
    public IEnumerable<SignalChange> All()
    {
        for (var index = 1; index < count; index++)
        {
            for (var rule = 0; rule < rules.Length; rule++)
            {
                if (IsTrue(index, rule))
                    yield return new SignalChange(OpenTime(index), rules[rule].Rule, IsTrue: true);
            }
        }
    }

    /// <summary>Takes what is newer than all there is, as history and live candles come; one that forms has no side yet.</summary>
    private void Append(ValueChanges changes, ICollection<SignalChange> signals)
    {
        for (var i = 0; i < changes.Count; i++)
        {
            var change = changes[i];
            if (change.IsWithdrawn || !change.Final)
                continue;
            Put(change, changes.LinesOf(i));
            for (var rule = 0; rule < rules.Length; rule++)
            {
                if (IsTrue(count - 1, rule))
                    signals.Add(new SignalChange(change.OpenTime, rules[rule].Rule, IsTrue: true));
            }
        }
    }

    private void Repair(ValueChanges changes, ICollection<SignalChange> signals)
    {
        touched.Clear();
        before.Clear();
        for (var i = 0; i < changes.Count; i++)
            Touch(changes[i].OpenTime);
        foreach (var openTime in touched)
            Note(openTime, (at, rule) => before.Add((at, rule)));
        for (var i = 0; i < changes.Count; i++)
            Put(changes[i], changes.LinesOf(i));
        // What has come in between has another one after it than there was.
        for (var i = 0; i < changes.Count; i++)
            Touch(changes[i].OpenTime);
        foreach (var openTime in touched)
        {
            for (var rule = 0; rule < rules.Length; rule++)
            {
                var isTrue = Find(openTime) is >= 0 and var index && IsTrue(index, rule);
                if (isTrue != before.Contains((openTime, rule)))
                    signals.Add(new SignalChange(openTime, rules[rule].Rule, isTrue));
            }
        }
    }

    private void Touch(long openTime)
    {
        touched.Add(openTime);
        var next = Find(openTime) is >= 0 and var index ? index + 1 : ~Find(openTime);
        if (next < count)
            touched.Add(OpenTime(next));
    }

    private void Note(long openTime, Action<long, int> isTrue)
    {
        if (Find(openTime) is not (>= 0 and var index))
            return;
        for (var rule = 0; rule < rules.Length; rule++)
        {
            if (IsTrue(index, rule))
                isTrue(openTime, rule);
        }
    }

    private void Put(in ValueChange change, ReadOnlySpan<double> lines)
    {
        var index = Find(change.OpenTime);
        if (change.IsWithdrawn || !change.Final)
        {
            if (index >= 0)
                Remove(index);
            return;
        }
        if (index < 0)
        {
            index = ~index;
            Insert(index, change.OpenTime);
        }
        sides[index] = SidesOf(change.Close.ToDouble(), lines);
    }

    private Sides SidesOf(double close, ReadOnlySpan<double> lines)
    {
        var (above, below) = (0, 0);
        for (var rule = 0; rule < rules.Length; rule++)
        {
            var (one, line, against) = rules[rule];
            var value = line < 0 ? close : lines[line];
            var level = against < 0 ? one.Level : lines[against];
            var margin = Touching * Math.Max(Math.Abs(value), Math.Abs(level));
            // A line that has no value yet stands on both sides: what comes next has crossed nothing.
            above |= value - level <= margin ? 0 : 1 << rule;
            below |= level - value <= margin ? 0 : 1 << rule;
        }
        return new Sides(above, below);
    }

    private bool IsTrue(int index, int rule)
    {
        if (index == 0)
            return false;
        var (last, now, bit) = (sides[index - 1], sides[index], 1 << rule);
        var isAbsent = (now.Above & now.Below & bit) != 0;
        return !isAbsent && (rules[rule].Rule.IsUp
            ? (now.Above & bit) != 0 && (last.Above & bit) == 0
            : (now.Below & bit) != 0 && (last.Below & bit) == 0);
    }

    private long OpenTime(int index) => openTimes[index] * Second;

    private int Find(long openTime)
    {
        var seconds = (uint)(openTime / Second);
        return count > 0 && openTimes[count - 1] == seconds ? count - 1 : Array.BinarySearch(openTimes, 0, count, seconds);
    }

    private void Insert(int index, long openTime)
    {
        if (openTime % Second != 0)
            throw new ArgumentException($"A candle that opens {openTime} ms after 1970 does not open at a whole second.", nameof(openTime));
        if (count == openTimes.Length)
        {
            var room = Math.Min(Math.Max(64, 2 * count), Math.Max(count + 1, most + (2 * TrimStep)));
            Array.Resize(ref openTimes, room);
            Array.Resize(ref sides, room);
        }
        Array.Copy(openTimes, index, openTimes, index + 1, count - index);
        Array.Copy(sides, index, sides, index + 1, count - index);
        openTimes[index] = (uint)(openTime / Second);
        count++;
    }

    private void Remove(int index)
    {
        Array.Copy(openTimes, index + 1, openTimes, index, count - index - 1);
        Array.Copy(sides, index + 1, sides, index, count - index - 1);
        count--;
    }

    private void Trim()
    {
        if (count < most + TrimStep)
            return;
        var surplus = count - most;
        Array.Copy(openTimes, surplus, openTimes, 0, most);
        Array.Copy(sides, surplus, sides, 0, most);
        count = most;
    }

    private readonly struct Sides(int above, int below)
    {
        private readonly byte both = (byte)(above | (below << MostRules));

        public int Above => both & ((1 << MostRules) - 1);

        public int Below => both >> MostRules;
    }
}
