using StockPipeline.Indicators.Candles;
using StockPipeline.Indicators.Catalogue;

namespace StockPipeline.Indicators.Formulas;

/// <summary>The mean price of everything traded since the session began, or since the trading day of the exchange did.</summary>
internal readonly struct Vwap(int anchor) : IIndicator<Vwap, Vwap.State>
{
    private const uint Day = 24 * 3_600;

    public static IndicatorDescription Description { get; } = new()
    {
        Name = "vwap", Title = "Volume Weighted Average Price",
        About = "the mean price of all that was traded since the session began; with anchor 1, since the trading day did",
        Parameters = [new ParameterRule("anchor", 0, 0, 1, IsWhole: true)], Lines = [new("vwap")],
        Fields = CandleFields.HighLow | CandleFields.Volume | CandleFields.Session, Scale = ValueScale.Price, IsOverlay = true,
    };

    public static Vwap Create(ReadOnlySpan<double> parameters) => new((int)parameters[0]);

    /// <summary>A session of minutes, all day long, is the longest there is.</summary>
    public Reach Reach => new(First: 0) { Settling = 1_440 };

    public void Next(ref State state, CandleColumns candles, int index, Span<double> trail)
    {
        var session = candles.Session[index];
        // All sessions of a trading day lie within its date, UTC.
        session -= anchor == 0 ? 0 : session % Day;
        var (price, volume) = ((candles.High[index] + candles.Low[index] + candles.Close[index]) / 3, candles.Volume[index]);
        state = session == state.Session && candles.Position(index) > 0
            ? new State(session, state.Money + (price * volume), state.Volume + volume)
            : new State(session, price * volume, volume);
    }

    public void Read(in State state, int position, Span<double> lines) =>
        lines[0] = state.Volume > 0 ? state.Money / state.Volume : double.NaN;

    internal record struct State(uint Session, double Money, double Volume);
}
