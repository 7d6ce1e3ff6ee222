using System.Runtime.Intrinsics;
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

    public Reach Reach => new(First: period - 1) { Window = period };

    /// <summary>Three times the typical price serves as well: the value is a ratio.</summary>
    public void Next(ref State state, CandleColumns candles, int index, Span<double> trail)
    {
        if (candles.Position(index) < period - 1)
            return;
        var prices = new Prices(candles.High.Window(index, period), candles.Low.Window(index, period), candles.Close.Window(index, period));
        var sum = prices.Sum(out var highest, out var lowest);
        if (highest - lowest <= NoRange * Math.Max(Math.Abs(highest), Math.Abs(lowest)))
        {
            state.Value = 0;
            return;
        }
        var mean = sum / period;
        state.Value = (prices[period - 1] - mean) / (Usual * (prices.Distance(mean) / period));
    }

    public void Read(in State state, int position, Span<double> lines) => lines[0] = state.Value;

    internal record struct State(double Value);

    /// <summary>
    /// Three times the typical price of each candle of the window, never written down. Sums have four parts, always the same ones, so that they are
    /// the same on every machine.
    /// </summary>
    private readonly ref struct Prices(ReadOnlySpan<double> highs, ReadOnlySpan<double> lows, ReadOnlySpan<double> closes)
    {
        private readonly ReadOnlySpan<double> highs = highs;
        private readonly ReadOnlySpan<double> lows = lows;
        private readonly ReadOnlySpan<double> closes = closes;

        public double this[int at] => highs[at] + lows[at] + closes[at];

        public double Sum(out double highest, out double lowest)
        {
            var (sums, most, least) = (Vector256<double>.Zero, Vector256.Create(double.MinValue), Vector256.Create(double.MaxValue));
            var at = 0;
            for (; at <= highs.Length - Vector256<double>.Count; at += Vector256<double>.Count)
            {
                var four = Four(at);
                sums += four;
                most = Vector256.MaxNative(most, four);
                least = Vector256.MinNative(least, four);
            }
            var (upper, lower) = (Vector128.MaxNative(most.GetLower(), most.GetUpper()), Vector128.MinNative(least.GetLower(), least.GetUpper()));
            (highest, lowest) = (Math.Max(upper.ToScalar(), upper.GetElement(1)), Math.Min(lower.ToScalar(), lower.GetElement(1)));
            var sum = Whole(sums);
            for (; at < highs.Length; at++)
            {
                sum += this[at];
                (highest, lowest) = (Math.Max(highest, this[at]), Math.Min(lowest, this[at]));
            }
            return sum;
        }

        /// <summary>The sum of the distances from a price.</summary>
        public double Distance(double price)
        {
            var (sums, from, at) = (Vector256<double>.Zero, Vector256.Create(price), 0);
            for (; at <= highs.Length - Vector256<double>.Count; at += Vector256<double>.Count)
                sums += Vector256.Abs(Four(at) - from);
            var sum = Whole(sums);
            for (; at < highs.Length; at++)
                sum += Math.Abs(this[at] - price);
            return sum;
        }

        private Vector256<double> Four(int at) =>
            Vector256.Create(highs[at..]) + Vector256.Create(lows[at..]) + Vector256.Create(closes[at..]);

        private static double Whole(Vector256<double> sums)
        {
            var halves = sums.GetLower() + sums.GetUpper();
            return halves.ToScalar() + halves.GetElement(1);
        }
    }
}
