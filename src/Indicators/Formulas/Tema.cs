using StockPipeline.Indicators.Candles;
using StockPipeline.Indicators.Catalogue;
using StockPipeline.Indicators.Parts;

namespace StockPipeline.Indicators.Formulas;

/// <summary>The exponential average with the lag of two averages of it taken off.</summary>
internal readonly struct Tema(int period) : IIndicator<Tema, Tema.State>
{
    private readonly double weight = Average.Weight(period);

    public static IndicatorDescription Description { get; } = new()
    {
        Name = "tema", Title = "Triple Exponential Moving Average", About = "an exponential average with the lag of two taken off",
        Parameters = [ParameterRule.Period("period", 20)], Lines = [new("tema")], Scale = ValueScale.Price, IsOverlay = true,
    };

    public static Tema Create(ReadOnlySpan<double> parameters) => new((int)parameters[0]);

    public Reach Reach => new(First: (3 * period) - 3) { Settling = 3 * Average.Settling(period) };

    public void Next(ref State state, CandleColumns candles, int index, Span<double> trail)
    {
        var position = candles.Position(index);
        var (first, second, third) = (state.First, state.Second, state.Third);
        Average.Take(ref first, candles.Close[index], position, period, weight);
        if (position >= period - 1)
            Average.Take(ref second, first, position - period + 1, period, weight);
        if (position >= (2 * period) - 2)
            Average.Take(ref third, second, position - (2 * period) + 2, period, weight);
        state = new State(first, second, third);
    }

    public void Read(in State state, int position, Span<double> lines) => lines[0] = (3 * state.First) - (3 * state.Second) + state.Third;

    internal record struct State(double First, double Second, double Third);
}
