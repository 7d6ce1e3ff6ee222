using StockPipeline.Indicators.Candles;
using StockPipeline.Indicators.Catalogue;
using StockPipeline.Indicators.Parts;
using StockPipeline.Indicators.Signals;

namespace StockPipeline.Indicators.Formulas;

/// <summary>What was traded while the typical price rose, in percent of all that was traded while it moved.</summary>
internal readonly struct Mfi(int period) : IIndicator<Mfi, Mfi.State>
{
    /// <summary>Typical prices closer than this share are equal: what is left is rounding.</summary>
    private const double Equal = 1e-12;

    public static IndicatorDescription Description { get; } = new()
    {
        Name = "mfi", Title = "Money Flow Index", About = "the money of rising candles in percent of all; below 20 sold out, above 80 bought up",
        Parameters = [ParameterRule.Period("period", 14)], Lines = [new("mfi")], Fields = CandleFields.HighLow | CandleFields.Volume,
        Scale = ValueScale.Percent, Levels = [20, 80],
        Signals = SignalRule.Leaving("mfi", 20, 80),
    };

    public static Mfi Create(ReadOnlySpan<double> parameters) => new((int)parameters[0]);

    public Reach Reach => new(First: period) { Window = 2, Trail = period, RunIn = period - 1 };

    public void Next(ref State state, CandleColumns candles, int index, Span<double> trail)
    {
        var position = candles.Position(index);
        if (position == 0)
            return;
        var (typical, before) = (Typical(candles, index), Typical(candles, index - 1));
        var isEqual = Math.Abs(typical - before) <= Equal * Math.Max(Math.Abs(typical), Math.Abs(before));
        var flow = isEqual ? 0 : Math.Sign(typical - before) * Math.Abs(typical * candles.Volume[index]);
        var (place, value) = (state.Place, 0.0);
        Ring.Put(trail, ref place, flow);
        if (position >= period)
        {
            var (rise, fall) = (0.0, 0.0);
            Add(trail[place..], ref rise, ref fall);
            Add(trail[..place], ref rise, ref fall);
            value = rise + fall > 0 ? Math.Clamp(100 * rise / (rise + fall), 0, 100) : 0;
        }
        state = new State(value, place);
    }

    public void Read(in State state, int position, Span<double> lines) => lines[0] = state.Value;

    private static double Typical(CandleColumns candles, int index) => (candles.High[index] + candles.Low[index] + candles.Close[index]) / 3;

    private static void Add(ReadOnlySpan<double> flows, ref double rise, ref double fall)
    {
        foreach (var flow in flows)
        {
            rise += Math.Max(flow, 0);
            fall += Math.Max(-flow, 0);
        }
    }

    internal record struct State(double Value, int Place);
}
