using StockPipeline.Indicators.Candles;
using StockPipeline.Indicators.Catalogue;
using StockPipeline.Indicators.Parts;

namespace StockPipeline.Indicators.Formulas;

/// <summary>
/// Middles of three windows, and the cloud between two of them as it was some candles ago. What charts draw back in time, the closes, is no line:
/// no value looks at a later candle.
/// </summary>
internal readonly struct Ichimoku(int tenkan, int kijun, int senkou, int displacement) : IIndicator<Ichimoku, Ichimoku.State>
{
    private readonly int longest = Math.Max(tenkan, kijun);

    public static IndicatorDescription Description { get; } = new()
    {
        Name = "ichimoku", Title = "Ichimoku Cloud", About = "middles of three windows and a cloud between two of them, drawn some candles later",
        Parameters =
        [
            ParameterRule.Period("tenkan", 9, least: 1), ParameterRule.Period("kijun", 26, least: 1), ParameterRule.Period("senkou", 52, least: 1),
            ParameterRule.Period("displacement", 26, least: 0),
        ],
        Lines = [new("tenkan"), new("kijun"), new("senkou_a", LineStyle.Cloud), new("senkou_b")], Fields = CandleFields.HighLow,
        Scale = ValueScale.Price, IsOverlay = true,
    };

    public static Ichimoku Create(ReadOnlySpan<double> parameters) =>
        new((int)parameters[0], (int)parameters[1], (int)parameters[2], (int)parameters[3]);

    public Reach Reach => new(First: Math.Min(tenkan, kijun) - 1)
    {
        Seeded = Math.Max(longest, senkou) - 1 + displacement, Window = Math.Max(longest, senkou), Trail = 2 * (displacement + 1),
        RunIn = displacement,
    };

    public void Next(ref State state, CandleColumns candles, int index, Span<double> trail)
    {
        var position = candles.Position(index);
        var a = Middle(candles, index, position, tenkan);
        var b = Middle(candles, index, position, kijun);
        var c = Middle(candles, index, position, senkou);
        var ring = trail[..(displacement + 1)];
        var otherRing = trail[(displacement + 1)..];
        ring[state.Place] = (a + b) / 2;
        otherRing[state.Place] = c;
        var place = state.Place == displacement ? 0 : state.Place + 1;
        state = new State(a, b, ring[place], otherRing[place], place);
    }

    public void Read(in State state, int position, Span<double> lines)
    {
        lines[0] = position >= tenkan - 1 ? state.Tenkan : double.NaN;
        lines[1] = position >= kijun - 1 ? state.Kijun : double.NaN;
        lines[2] = position >= longest - 1 + displacement ? state.SenkouA : double.NaN;
        lines[3] = position >= senkou - 1 + displacement ? state.SenkouB : double.NaN;
    }

    private static double Middle(CandleColumns candles, int index, int position, int period) =>
        position < period - 1 ? 0 : Extremes.Middle(candles.High.Window(index, period), candles.Low.Window(index, period));

    internal record struct State(double Tenkan, double Kijun, double SenkouA, double SenkouB, int Place);
}
