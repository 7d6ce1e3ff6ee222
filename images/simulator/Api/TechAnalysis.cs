using Google.Protobuf.WellKnownTypes;
using StockPipeline.Contracts.Instruments;
using StockPipeline.Market.Contract;
using StockPipeline.Market.Mapping;
using StockPipeline.Simulator.Market;
using Kind = StockPipeline.Market.Contract.GetTechAnalysisRequest.Types.IndicatorType;

namespace StockPipeline.Simulator.Api;

/// <summary>
/// Indicators as the broker calculates them: straight from their definitions, over the candles of the range and as many before it as the averages
/// need to forget where they began. On purpose not the code of the pipeline, which is compared with it.
/// </summary>
internal static class TechAnalysis
{
    /// <summary>Candles before the range, as a multiple of the longest window.</summary>
    public const int RunIn = 15;

    public static int LongestOf(GetTechAnalysisRequest request) => request.IndicatorType == Kind.Macd
        ? Math.Max(request.Smoothing?.SlowLength ?? 0, request.Smoothing?.FastLength ?? 0) + (request.Smoothing?.SignalSmoothing ?? 0)
        : request.Length;

    /// <summary>Everything is there that the indicator is calculated with.</summary>
    public static bool IsWhole(GetTechAnalysisRequest request) => request.IndicatorType switch
    {
        Kind.Macd => request.Smoothing is { FastLength: > 0, SlowLength: > 0, SignalSmoothing: > 0 },
        Kind.Bb => request is { Length: > 0, Deviation.DeviationMultiplier: not null },
        _ => request.Length > 0,
    };

    public static GetTechAnalysisResponse Answer(GetTechAnalysisRequest request, IReadOnlyList<Bar> bars, long fromMs, long toMs)
    {
        var closes = bars.Select(bar => Price.FromNanos(bar.Close).ToDouble()).ToArray();
        var items = request.IndicatorType switch
        {
            Kind.Macd => Macd(closes, request.Smoothing),
            Kind.Rsi => Signals(Rsi(closes, request.Length)),
            Kind.Ema => Signals(Ema(closes, request.Length)),
            Kind.Sma => Signals(Windows(closes, request.Length, static window => window.Average())),
            Kind.Bb => Bands(closes, request.Length, request.Deviation.DeviationMultiplier.ToPrice().ToDouble()),
            _ => throw ApiErrors.BadIndicator(),
        };
        var response = new GetTechAnalysisResponse();
        for (var index = 0; index < bars.Count; index++)
        {
            if (items[index] is not { } item || bars[index].OpenMs < fromMs || bars[index].OpenMs >= toMs)
                continue;
            item.Timestamp = Timestamp.FromDateTimeOffset(DateTimeOffset.FromUnixTimeMilliseconds(bars[index].OpenMs));
            response.TechnicalIndicators.Add(item);
        }
        return response;
    }

    private static GetTechAnalysisResponse.Types.TechAnalysisItem?[] Macd(double[] closes, GetTechAnalysisRequest.Types.Smoothing smoothing)
    {
        var (fast, slow) = (Ema(closes, smoothing.FastLength), Ema(closes, smoothing.SlowLength));
        var line = fast.Zip(slow, (quick, steady) => quick - steady).ToArray();
        var first = Array.FindIndex(line, value => value is not null);
        if (first < 0)
            return new GetTechAnalysisResponse.Types.TechAnalysisItem?[closes.Length];
        var signal = Ema([.. line.Skip(first).Select(value => value!.Value)], smoothing.SignalSmoothing);
        return [.. line.Select((value, index) => index < first || signal[index - first] is not { } smooth
            ? null
            : new GetTechAnalysisResponse.Types.TechAnalysisItem { Macd = Quote(value!.Value), Signal = Quote(smooth) })];
    }

    private static GetTechAnalysisResponse.Types.TechAnalysisItem?[] Bands(double[] closes, int length, double factor)
    {
        var middles = Windows(closes, length, static window => window.Average());
        var spreads = Windows(closes, length, static window =>
        {
            var mean = window.Average();
            return Math.Sqrt(window.Average(value => (value - mean) * (value - mean)));
        });
        return [.. middles.Select((middle, index) => middle is not { } centre ? null : new GetTechAnalysisResponse.Types.TechAnalysisItem
        {
            MiddleBand = Quote(centre), UpperBand = Quote(centre + (factor * spreads[index]!.Value)),
            LowerBand = Quote(centre - (factor * spreads[index]!.Value)),
        })];
    }

    private static GetTechAnalysisResponse.Types.TechAnalysisItem?[] Signals(double?[] values) =>
        [.. values.Select(value => value is { } number ? new GetTechAnalysisResponse.Types.TechAnalysisItem { Signal = Quote(number) } : null)];

    private static double?[] Ema(double[] values, int length)
    {
        var averages = new double?[values.Length];
        for (var index = length - 1; index < values.Length; index++)
        {
            averages[index] = averages.ElementAtOrDefault(index - 1) is { } before
                ? before + ((values[index] - before) * 2 / (length + 1))
                : values.Take(length).Average();
        }
        return averages;
    }

    private static double?[] Rsi(double[] closes, int length)
    {
        var strengths = new double?[closes.Length];
        var (gains, losses) = (0.0, 0.0);
        for (var index = 1; index < closes.Length; index++)
        {
            var change = closes[index] - closes[index - 1];
            var weight = index <= length ? 1.0 / length : 1;
            gains = index <= length ? gains + (Math.Max(change, 0) * weight) : ((gains * (length - 1)) + Math.Max(change, 0)) / length;
            losses = index <= length ? losses + (Math.Max(-change, 0) * weight) : ((losses * (length - 1)) + Math.Max(-change, 0)) / length;
            if (index >= length)
                strengths[index] = gains + losses > 0 ? 100 * gains / (gains + losses) : 50;
        }
        return strengths;
    }

    private static double?[] Windows(double[] values, int length, Func<double[], double> calculate)
    {
        var results = new double?[values.Length];
        for (var end = length; end <= values.Length; end++)
            results[end - 1] = calculate(values[(end - length)..end]);
        return results;
    }

    private static Quotation Quote(double value) => Price.FromDecimal(Math.Round((decimal)value, 9)).ToQuotation();
}
