using StockPipeline.Indicators.Candles;
using StockPipeline.Indicators.Catalogue;

namespace StockPipeline.Indicators.Formulas;

/// <summary>Wilder's stop and reverse: a stop that follows the price ever faster, and turns to the other side where the price touches it.</summary>
internal readonly struct ParabolicSar(double step, double max) : IIndicator<ParabolicSar, ParabolicSar.State>
{
    /// <summary>Two states meet at a turn that is common to both, and nobody can say when that comes; measured it is some hundred candles.</summary>
    private const int Turns = 600;

    public static IndicatorDescription Description { get; } = new()
    {
        Name = "sar", Title = "Parabolic SAR", About = "where to stop and reverse: dots that follow the price ever faster until it touches them",
        Parameters = [ParameterRule.Factor("step", 0.02, 0.0001, 1), ParameterRule.Factor("max", 0.2, 0.0001, 1)],
        Refuse = parameters => parameters[0] <= parameters[1] ? null : "step is at most max",
        Lines = [new("sar", LineStyle.Dots)], Fields = CandleFields.HighLow, Scale = ValueScale.Price, IsOverlay = true,
    };

    public static ParabolicSar Create(ReadOnlySpan<double> parameters) => new(parameters[0], parameters[1]);

    public Reach Reach => new(First: 1) { Window = 2, Settling = Turns };

    public void Next(ref State state, CandleColumns candles, int index, Span<double> trail)
    {
        var position = candles.Position(index);
        if (position == 0)
            return;
        var (high, low) = (candles.High[index], candles.Low[index]);
        var (highBefore, lowBefore) = (candles.High[index - 1], candles.Low[index - 1]);
        if (position == 1)
        {
            var fall = lowBefore - low;
            var isShort = fall > 0 && fall > high - highBefore;
            state = isShort ? new State(0, highBefore, low, step, true) : new State(0, lowBefore, high, step, false);
            (highBefore, lowBefore) = (high, low);
        }
        state = state.IsShort ? Short(state, high, low, highBefore, lowBefore) : Long(state, high, low, highBefore, lowBefore);
    }

    public void Read(in State state, int position, Span<double> lines) => lines[0] = state.Said;

    private State Long(State state, double high, double low, double highBefore, double lowBefore)
    {
        if (low <= state.Stop)
        {
            var highest = double.MaxNative(highBefore, high);
            var said = double.MaxNative(state.Extreme, highest);
            return new State(said, double.MaxNative(said + (step * (low - said)), highest), low, step, true);
        }
        // Whether there is a new extreme nobody can guess: both are calculated, and one is chosen.
        var factor = high > state.Extreme ? double.MinNative(state.Factor + step, max) : state.Factor;
        var extreme = double.MaxNative(state.Extreme, high);
        var stop = double.MinNative(state.Stop + (factor * (extreme - state.Stop)), double.MinNative(lowBefore, low));
        return new State(state.Stop, stop, extreme, factor, false);
    }

    private State Short(State state, double high, double low, double highBefore, double lowBefore)
    {
        if (high >= state.Stop)
        {
            var lowest = double.MinNative(lowBefore, low);
            var said = double.MinNative(state.Extreme, lowest);
            return new State(said, double.MinNative(said + (step * (high - said)), lowest), high, step, false);
        }
        var factor = low < state.Extreme ? double.MinNative(state.Factor + step, max) : state.Factor;
        var extreme = double.MinNative(state.Extreme, low);
        var stop = double.MaxNative(state.Stop + (factor * (extreme - state.Stop)), double.MaxNative(highBefore, high));
        return new State(state.Stop, stop, extreme, factor, true);
    }

    /// <param name="Said">The stop of the candle.</param>
    /// <param name="Stop">The stop of the next one.</param>
    /// <param name="Extreme">The best price since the last turn.</param>
    /// <param name="Factor">How fast the stop follows.</param>
    /// <param name="IsShort">The stop lies above the price.</param>
    internal record struct State(double Said, double Stop, double Extreme, double Factor, bool IsShort);
}
