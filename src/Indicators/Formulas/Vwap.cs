using StockPipeline.Indicators.Candles;
using StockPipeline.Indicators.Catalogue;

namespace StockPipeline.Indicators.Formulas;

/// <summary>
/// The mean price of everything traded since the session began. A session is the day of an exchange: it begins at one time of day, UTC.
/// </summary>
internal readonly struct Vwap(double startHour) : IIndicator<Vwap, Vwap.State>
{
    private const long Day = 24 * 3_600_000;

    private readonly long start = (long)(startHour * 3_600_000);

    public static IndicatorDescription Description { get; } = new()
    {
        Name = "vwap", Title = "Volume Weighted Average Price",
        About = "the mean price of all that was traded since the session began, at that hour UTC",
        Parameters = [ParameterRule.Factor("start", 0, 0, 23.75)], Lines = [new("vwap")], Fields = CandleFields.HighLow | CandleFields.Volume,
        Scale = ValueScale.Price, IsOverlay = true,
    };

    public static Vwap Create(ReadOnlySpan<double> parameters) => new(parameters[0]);

    /// <summary>A session of minutes, all day long, is the longest there is.</summary>
    public Reach Reach => new(First: 0) { Settling = 1_440 };

    public void Next(ref State state, CandleColumns candles, int index, Span<double> trail)
    {
        var session = (long)Math.Floor((candles.OpenTime[index] - start) / (double)Day);
        var (price, volume) = ((candles.High[index] + candles.Low[index] + candles.Close[index]) / 3, candles.Volume[index]);
        state = session == state.Session && candles.Position(index) > 0
            ? new State(session, state.Money + (price * volume), state.Volume + volume)
            : new State(session, price * volume, volume);
    }

    public void Read(in State state, int position, Span<double> lines) =>
        lines[0] = state.Volume > 0 ? state.Money / state.Volume : double.NaN;

    internal record struct State(long Session, double Money, double Volume);
}
