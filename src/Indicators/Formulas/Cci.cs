using StockPipeline.Indicators.Candles;
using StockPipeline.Indicators.Catalogue;
using StockPipeline.Indicators.Parts;

namespace StockPipeline.Indicators.Formulas;

/// <summary>How far the typical price stands from its mean, in mean distances.</summary>
internal readonly struct Cci(int period) : IIndicator<Cci, Cci.State>
{
    /// <summary>A window whose prices differ by less than this share stands still: what is left is rounding.</summary>
    private const double NoRange = 1e-12;

    /// <summary>Lambert's constant: it makes most values lie between -100 and 100.</summary>
    private const double Usual = 0.015;

    public static IndicatorDescription Description { get; } = new()
    {
        Name = "cci", Title = "Commodity Channel Index", About = "how far the typical price stands from its mean, beside how far it usually stands",
        Parameters = [ParameterRule.Period("period", 20)], Lines = [new("cci")], Fields = CandleFields.HighLow, Scale = ValueScale.Percent,
        Levels = [-100, 100],
    };

    public static Cci Create(ReadOnlySpan<double> parameters) => new((int)parameters[0]);

    public Reach Reach => new(First: period - 1) { Trail = period, RunIn = period - 1 };

    /// <summary>Three times the typical price serves as well: the value is a ratio.</summary>
    public void Next(ref State state, CandleColumns candles, int index, Span<double> trail)
    {
        var typical = candles.High[index] + candles.Low[index] + candles.Close[index];
        var (place, value) = (state.Place, 0.0);
        Ring.Put(trail, ref place, typical);
        if (candles.Position(index) >= period - 1)
        {
            var (highest, lowest) = (Windows.Highest(trail), Windows.Lowest(trail));
            if (highest - lowest > NoRange * Math.Max(Math.Abs(highest), Math.Abs(lowest)))
            {
                var mean = Ring.Sum(trail, place) / period;
                var distance = Distance(trail[..place], mean, Distance(trail[place..], mean, 0));
                value = (typical - mean) / (Usual * (distance / period));
            }
        }
        state = new State(value, place);
    }

    public void Read(in State state, int position, Span<double> lines) => lines[0] = state.Value;

    private static double Distance(ReadOnlySpan<double> values, double mean, double sum)
    {
        foreach (var value in values)
            sum += Math.Abs(value - mean);
        return sum;
    }

    internal record struct State(double Value, int Place);
}
