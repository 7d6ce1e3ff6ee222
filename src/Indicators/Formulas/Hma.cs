using StockPipeline.Indicators.Candles;
using StockPipeline.Indicators.Catalogue;
using StockPipeline.Indicators.Parts;

namespace StockPipeline.Indicators.Formulas;

/// <summary>Hull's average: a short weighted mean of twice the weighted mean of half the window less that of the whole.</summary>
internal readonly struct Hma(int period) : IIndicator<Hma, Hma.State>
{
    private readonly int smooth = (int)Math.Sqrt(period);

    public static IndicatorDescription Description { get; } = new()
    {
        Name = "hma", Title = "Hull Moving Average", About = "a weighted mean made to follow the price closely and stay smooth",
        Parameters = [ParameterRule.Period("period", 9)], Lines = [new("hma")], Scale = ValueScale.Price, IsOverlay = true,
    };

    public static Hma Create(ReadOnlySpan<double> parameters) => new((int)parameters[0]);

    public Reach Reach => new(First: period + smooth - 2) { Window = period, Trail = smooth, RunIn = smooth - 1 };

    public void Next(ref State state, CandleColumns candles, int index, Span<double> trail)
    {
        if (candles.Position(index) < period - 1)
            return;
        var raw = (2 * Windows.WeightedMean(candles.Close.Window(index, period / 2))) - Windows.WeightedMean(candles.Close.Window(index, period));
        var place = state.Place;
        Ring.Put(trail, ref place, raw);
        state = new State(Ring.WeightedMean(trail, place), place);
    }

    public void Read(in State state, int position, Span<double> lines) => lines[0] = state.Value;

    internal record struct State(double Value, int Place);
}
