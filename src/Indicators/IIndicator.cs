using StockPipeline.Indicators.Candles;
using StockPipeline.Indicators.Catalogue;

namespace StockPipeline.Indicators;

/// <summary>
/// A formula with its parameters: a causal function of the candles up to one. Implemented by a struct, so that the compiler makes code of its own
/// for each and a candle costs neither an allocation nor a virtual call. The state after a candle is a value: copying it is taking a snapshot.
/// </summary>
/// <typeparam name="TSelf">The formula itself.</typeparam>
/// <typeparam name="TState">What it remembers; compared field by field, so that equal states go on alike.</typeparam>
public interface IIndicator<TSelf, TState>
    where TSelf : struct, IIndicator<TSelf, TState>
    where TState : struct, IEquatable<TState>
{
    /// <summary>What people should know of it.</summary>
    static abstract IndicatorDescription Description { get; }

    /// <summary>Makes the formula from parameters that <see cref="Description"/> allows.</summary>
    static abstract TSelf Create(ReadOnlySpan<double> parameters);

    Reach Reach { get; }

    /// <summary>
    /// Moves the state on over the candle at the index. Looks at no later candle, and at no more of the earlier ones than its window holds; counts
    /// them by <see cref="CandleColumns.Position"/>. A state never holds what is not a number.
    /// </summary>
    /// <param name="state">After the candle before; the default before the first.</param>
    /// <param name="candles">Those of the instrument.</param>
    /// <param name="index">Of the candle to take.</param>
    /// <param name="trail">What the formula wants to find again later, <see cref="Reach.Trail"/> numbers long.</param>
    void Next(ref TState state, CandleColumns candles, int index, Span<double> trail);

    /// <summary>Writes the lines; one that has no value yet is not a number.</summary>
    void Read(in TState state, int position, Span<double> lines);
}

/// <summary>Implemented by a formula that sums up since its first candle, so that a sum begun elsewhere differs by a constant for ever.</summary>
internal interface IRunningTotal<TState>
{
    /// <summary>Adds to the sum.</summary>
    void Move(ref TState state, double by);
}
