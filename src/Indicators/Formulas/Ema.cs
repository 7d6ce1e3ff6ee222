using StockPipeline.Indicators.Candles;
using StockPipeline.Indicators.Catalogue;
using StockPipeline.Indicators.Parts;

namespace StockPipeline.Indicators.Formulas;

/// <summary>The exponential average of the closes, seeded with the mean of the first ones.</summary>
internal readonly struct Ema(int period) : IIndicator<Ema, Ema.State>
{
    private readonly double weight = Average.Weight(period);

    public static IndicatorDescription Description { get; } = new()
    {
        Name = "ema", Title = "Exponential Moving Average", About = "an average of all closes in which the newer ones weigh more",
        Parameters = [ParameterRule.Period("period", 20)], Lines = [new("ema")], Scale = ValueScale.Price, IsOverlay = true,
    };

    public static Ema Create(ReadOnlySpan<double> parameters) => new((int)parameters[0]);

    public Reach Reach => new(First: period - 1) { Settling = Average.Settling(period) };

    public void Next(ref State state, CandleColumns candles, int index, Span<double> trail)
    {
        var value = state.Value;
        Average.Take(ref value, candles.Close[index], candles.Position(index), period, weight);
        state.Value = value;
    }

    public void Read(in State state, int position, Span<double> lines) => lines[0] = state.Value;

    internal record struct State(double Value);
}
