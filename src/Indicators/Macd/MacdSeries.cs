using StockPipeline.Contracts.Instruments;

namespace StockPipeline.Indicators.Macd;

/// <summary>
/// The candles of one instrument in order of time with the state of MACD after each. Candles may come in any order, again and corrected;
/// <see cref="Recalculate"/> then moves forward from the earliest change and stops where the states agree with the old ones again.
/// Not safe for use from two threads.
/// </summary>
public sealed class MacdSeries
{
    /// <summary>Trimming happens in steps of this many candles, so that its cost is spread.</summary>
    public const int TrimStep = 256;

    /// <summary>
    /// A longer series gets all the room it will ever have at once: arrays this long are moved only now and then once they are let go, and those
    /// that it would have outgrown on the way would weigh as much as itself.
    /// </summary>
    private const int MaxDoubled = 1_024;

    /// <summary>
    /// Two states closer than this share of the close are the same: the last few bits of an average can differ for ever with where its
    /// series began, because the rounding of each step exceeds what is left to forget.
    /// </summary>
    public const double Tolerance = 1e-14;

    /// <summary>Room kept for <see cref="reopened"/> between two recalculations.</summary>
    private const int MaxKept = 64;

    private readonly MacdFactors factors;
    private readonly int window;

    /// <summary>Candles changed since the last recalculation, as they were handed over: one that changes back has nothing new to say.</summary>
    private readonly List<(long OpenTime, Price Close, bool Final)> reopened = [];
    private MacdStep[] steps = new MacdStep[64];
    private int count;
    private int firstDirty = int.MaxValue;
    private int lastDirty = -1;

    /// <param name="factors">The periods and what follows from them.</param>
    /// <param name="window">At least so many candles are kept; older ones are forgotten, only their weight in the averages stays.</param>
    public MacdSeries(MacdFactors factors, int window)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(window, MinWindow(factors));
        this.factors = factors;
        this.window = window;
    }

    public int Count => count;

    /// <summary>Candles there is room for without asking for more memory.</summary>
    public int Room => steps.Length;

    /// <summary>Older candles were forgotten: what comes earlier than the first one kept can no longer be taken.</summary>
    public bool Trimmed { get; private set; }

    /// <summary>Open time of the oldest candle kept.</summary>
    public long FirstOpenTime => count == 0 ? throw new InvalidOperationException("The series is empty.") : steps[0].OpenTime;

    /// <summary>A full window, what comes before the next trimming, and as much again for changes that come together.</summary>
    private int FullRoom => window + (2 * TrimStep);

    public static int MinWindow(MacdFactors factors) => Math.Max(TrimStep * 2, factors.Settling * 2);

    /// <summary>The candle at that open time, if it is kept.</summary>
    public bool TryGet(long openTime, out MacdStep step)
    {
        var index = Find(openTime);
        step = index >= 0 ? steps[index] : default;
        return index >= 0;
    }

    /// <summary>Puts a candle in its place. Values follow with <see cref="Recalculate"/>, so that many changes cost one pass.</summary>
    public CandleEffect Set(long openTime, Price close, bool final)
    {
        if (count == 0 || openTime > steps[count - 1].OpenTime)
        {
            Insert(count, openTime, close, final);
            return CandleEffect.Appended;
        }
        var index = Find(openTime);
        if (index < 0)
        {
            index = ~index;
            if (index == 0 && Trimmed)
                return CandleEffect.TooOld;
            Insert(index, openTime, close, final);
            return CandleEffect.Inserted;
        }
        ref var step = ref steps[index];
        if (step.Close == close && step.Final == final)
            return CandleEffect.Unchanged;
        if (index == 0 && Trimmed)
            return CandleEffect.TooOld;
        var effect = step.Final ? CandleEffect.Corrected : CandleEffect.Formed;
        if (step.Published)
            reopened.Add((openTime, step.Close, step.Final));
        step.Close = close;
        step.Final = final;
        step.Published = false;
        MarkDirty(index);
        return effect;
    }

    /// <summary>Takes a candle out again.</summary>
    /// <returns>False where it is not kept.</returns>
    public bool Remove(long openTime, out bool wasPublished)
    {
        var index = Find(openTime);
        wasPublished = index >= 0 && steps[index].Published;
        if (index < 0 || (index == 0 && Trimmed))
            return false;
        wasPublished |= reopened.RemoveAll(one => one.OpenTime == openTime) > 0;
        Array.Copy(steps, index + 1, steps, index, count - index - 1);
        count--;
        lastDirty = Math.Max(index, lastDirty > index ? lastDirty - 1 : lastDirty);
        firstDirty = Math.Min(index, firstDirty);
        return true;
    }

    /// <summary>
    /// Tells the series what has been published for a candle before it began: a value that agrees is not published again. Where the start
    /// of the series is not the start of the candles, the values still under its influence are believed as they are.
    /// </summary>
    /// <returns>False where no kept candle has such a value: what was published is an orphan.</returns>
    public bool Acknowledge(long openTime, double main, double signal, bool final, bool startIsKnown)
    {
        var index = Find(openTime);
        if (index < 0)
            return false;
        ref var step = ref steps[index];
        var believed = (!startIsKnown || Trimmed) && index < factors.Settling;
        step.Said |= final;
        if (step.Final == final && (believed || (step.HasValue && Same(step, main, signal))))
            step.Published = true;
        return believed || step.HasValue;
    }

    /// <summary>
    /// Moves the states forward over everything changed, without saying anything: to be followed by <see cref="Acknowledge"/>. Room that only
    /// reading a long topic took is given back.
    /// </summary>
    public void Settle()
    {
        var sink = new Silence();
        Recalculate(ref sink);
        if (steps.Length > FullRoom)
            Array.Resize(ref steps, Math.Max(count, FullRoom));
    }

    /// <summary>Hands over every value that is new, changed or not published yet, in order of time, and takes it as published.</summary>
    public void PublishMissing<TSink>(ref TSink sink) where TSink : IMacdSink, allows ref struct
    {
        Settle();
        for (var i = 0; i < count; i++)
        {
            if (steps[i].HasValue && !steps[i].Published)
                Publish(i, ref sink);
        }
    }

    /// <summary>
    /// Recalculates from the earliest change and hands over every step whose value is not what was handed over before, one that has lost its
    /// value included.
    /// </summary>
    public void Recalculate<TSink>(ref TSink sink) where TSink : IMacdSink, allows ref struct
    {
        CloseReopened();
        if (firstDirty >= count)
        {
            firstDirty = int.MaxValue;
            lastDirty = -1;
            Trim();
            return;
        }
        var index = firstDirty;
        var state = StateBefore(ref index);
        for (; index < count; index++)
        {
            ref var step = ref steps[index];
            state.Next(step.Close.ToDouble(), factors);
            var agrees = step.Calculated && Agree(step, state);
            if (agrees && index > lastDirty && (step.HasValue || step.Position == state.Count))
                break;
            var hadValue = step.HasValue;
            step.Take(state, factors);
            if (step.HasValue ? !(agrees && step.Published) : hadValue)
                Publish(index, ref sink);
        }
        firstDirty = int.MaxValue;
        lastDirty = -1;
        Trim();
    }

    private void CloseReopened()
    {
        foreach (var (openTime, close, final) in reopened)
        {
            ref var step = ref steps[Find(openTime)];
            step.Published = step.Close == close && step.Final == final;
        }
        reopened.Clear();
        if (reopened.Capacity > MaxKept)
            reopened.Capacity = 0;
    }

    private void Publish<TSink>(int index, ref TSink sink) where TSink : IMacdSink, allows ref struct
    {
        ref var step = ref steps[index];
        if (!sink.Publish(step))
            return;
        step.Published = true;
        step.Said |= step.Final;
    }

    /// <summary>Where a recalculation that wants to begin at the index can begin: seeds are sums, so a series not yet seeded begins anew.</summary>
    private MacdState StateBefore(ref int index)
    {
        if (index == 0 && !Trimmed)
            return default;
        if (index == 0)
            throw new InvalidOperationException("The first candle of a trimmed series cannot change.");
        return steps[index - 1].ToState();
    }

    private static bool Agree(in MacdStep step, in MacdState state)
    {
        var margin = Tolerance * Math.Abs(step.Close.ToDouble());
        return Math.Abs(step.Fast - state.Fast) <= margin && Math.Abs(step.Slow - state.Slow) <= margin
            && Math.Abs(step.Signal - state.Signal) <= margin;
    }

    private static bool Same(in MacdStep step, double main, double signal)
    {
        var margin = 2 * Tolerance * Math.Abs(step.Close.ToDouble());
        return Math.Abs(step.Main - main) <= margin && Math.Abs(step.Signal - signal) <= margin;
    }

    private void Insert(int index, long openTime, Price close, bool final)
    {
        if (count == steps.Length)
            Array.Resize(ref steps, steps.Length < MaxDoubled ? steps.Length * 2 : Math.Max(steps.Length + TrimStep, FullRoom));
        Array.Copy(steps, index, steps, index + 1, count - index);
        steps[index] = new MacdStep { OpenTime = openTime, Close = close, Final = final };
        count++;
        if (lastDirty >= index)
            lastDirty++;
        MarkDirty(index);
    }

    private void MarkDirty(int index)
    {
        firstDirty = Math.Min(firstDirty, index);
        lastDirty = Math.Max(lastDirty, index);
    }

    private void Trim()
    {
        if (count < window + TrimStep)
            return;
        var surplus = count - window;
        Array.Copy(steps, surplus, steps, 0, window);
        count = window;
        Trimmed = true;
    }

    private int Find(long openTime)
    {
        int low = 0, high = count - 1;
        if (count > 0 && steps[high].OpenTime == openTime)
            return high;
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            var found = steps[middle].OpenTime;
            if (found == openTime)
                return middle;
            if (found < openTime)
                low = middle + 1;
            else
                high = middle - 1;
        }
        return ~low;
    }

    private readonly struct Silence : IMacdSink
    {
        public bool Publish(in MacdStep step) => false;
    }
}
