using StockPipeline.Indicators.Candles;

namespace StockPipeline.Indicators.Series;

/// <summary>States of a formula after some of the candles, from which a repair can begin; each is known by the candle it stands after.</summary>
internal sealed class Checkpoints<TState>
    where TState : struct
{
    private readonly List<(long OpenTime, TState State)> states = [];

    /// <summary>Adds one after all others.</summary>
    /// <param name="openTime">The candle the state stands after.</param>
    /// <param name="state">After that candle.</param>
    /// <param name="most">So many are kept at most.</param>
    public void Add(long openTime, in TState state, int most)
    {
        if (states.Count >= most)
            states.RemoveRange(0, states.Count - most + 1);
        states.Add((openTime, state));
    }

    /// <summary>The latest state with which a calculation may begin at the index or before it.</summary>
    /// <param name="candles">As they are now; those before the index are what they were.</param>
    /// <param name="index">Where it has to begin at the latest.</param>
    /// <param name="earliest">Before this index the candles do not reach far enough back.</param>
    /// <param name="state">That state.</param>
    /// <returns>The index of the candle to begin with; -1 where there is none.</returns>
    public int LatestBefore(CandleColumns candles, int index, int earliest, out TState state)
    {
        for (var which = states.Count - 1; which >= 0; which--)
        {
            var at = candles.Find(states[which].OpenTime);
            if (at < 0 || at + 1 > index)
                continue;
            state = states[which].State;
            return at + 1 >= earliest ? at + 1 : -1;
        }
        state = default;
        return -1;
    }

    /// <summary>The earliest state with which a calculation may begin at that index or after it; -1 where there is none.</summary>
    public int EarliestFrom(CandleColumns candles, int earliest, out TState state)
    {
        foreach (var one in states)
        {
            state = one.State;
            if (candles.Find(one.OpenTime) is >= 0 and var at && at + 1 >= earliest)
                return at + 1;
        }
        state = default;
        return -1;
    }

    public void Change(StateChange<TState> change)
    {
        foreach (ref var one in System.Runtime.InteropServices.CollectionsMarshal.AsSpan(states))
            change(ref one.State);
    }

    /// <summary>Takes out those after one candle, up to another one, to be replaced by newer ones.</summary>
    /// <returns>What stood behind them: to be put back with <see cref="Restore"/>.</returns>
    public (long OpenTime, TState State)[] Cut(long after)
    {
        var from = states.FindIndex(one => one.OpenTime > after);
        if (from < 0)
            return [];
        var cut = states.GetRange(from, states.Count - from).ToArray();
        states.RemoveRange(from, states.Count - from);
        return cut;
    }

    /// <summary>Puts back those of a cut from a candle on.</summary>
    public void Restore((long OpenTime, TState State)[] cut, long from)
    {
        foreach (var one in cut)
        {
            if (one.OpenTime >= from)
                states.Add(one);
        }
    }
}

internal delegate void StateChange<TState>(ref TState state);

internal static class Checkpoints
{
    /// <summary>Candles from one to the next.</summary>
    public const int Spacing = 64;
}
