using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Time;
using StockPipeline.Indicators.Catalogue;
using StockPipeline.Market.Api;
using StockPipeline.Market.Contract;
using StockPipeline.Market.Errors;
using StockPipeline.Market.History;
using StockPipeline.Market.Mapping;
using StockPipeline.Streaming.Groups;
using StockPipeline.Tasks;
using Instrument = StockPipeline.Contracts.Records.Instrument;

namespace StockPipeline.TaskWorkers.Comparing;

/// <summary>The values of the broker: GetTechAnalysis of the T-Invest API, asked in windows as long as those of its candles.</summary>
internal sealed class BrokerValues(InvestApiClient api) : IForeignValues
{
    public async Task<IReadOnlyList<ForeignValue>> ReadAsync(
        Instrument instrument, Interval interval, Indicator indicator, TimeRange range, CancellationToken cancellationToken)
    {
        var values = new List<ForeignValue>();
        var step = CandleWindows.Of(interval).Step;
        for (var from = range.From; from < range.To; from += step)
        {
            var to = from + step < range.To ? from + step : range.To;
            var answer = await AskAsync(Request(instrument, interval, indicator, from, to), cancellationToken);
            values.AddRange(answer.TechnicalIndicators.Select(item => new ForeignValue(item.Timestamp.ToDateTimeOffset(), Lines(indicator, item))));
        }
        return values;
    }

    private async Task<GetTechAnalysisResponse> AskAsync(GetTechAnalysisRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return await api.MarketData.GetTechAnalysisAsync(request, cancellationToken: cancellationToken);
        }
        catch (InvestApiException refused) when (refused.Verdict.Action == ErrorAction.Retry)
        {
            throw new TransientFailureException(refused.Message, refused);
        }
        catch (InvestApiException refused)
        {
            throw new TaskFailedException("broker-refuses", refused.Message);
        }
    }

    private static GetTechAnalysisRequest Request(
        Instrument instrument, Interval interval, Indicator indicator, DateTimeOffset from, DateTimeOffset to)
    {
        var numbers = indicator.Parameters.Split(',').Select(one => decimal.Parse(one, CultureInfo.InvariantCulture)).ToList();
        var request = new GetTechAnalysisRequest
        {
            InstrumentUid = instrument.Uid, From = Timestamp.FromDateTimeOffset(from), To = Timestamp.FromDateTimeOffset(to),
            Interval = (GetTechAnalysisRequest.Types.IndicatorInterval)interval.Number,
            TypeOfPrice = GetTechAnalysisRequest.Types.TypeOfPrice.Close,
            IndicatorType = indicator.Description.Name switch
            {
                "macd" => GetTechAnalysisRequest.Types.IndicatorType.Macd,
                "rsi" => GetTechAnalysisRequest.Types.IndicatorType.Rsi,
                "ema" => GetTechAnalysisRequest.Types.IndicatorType.Ema,
                "sma" => GetTechAnalysisRequest.Types.IndicatorType.Sma,
                "bollinger" => GetTechAnalysisRequest.Types.IndicatorType.Bb,
                var other => throw new TaskFailedException("unknown-there", $"The broker does not calculate {other}."),
            },
        };
        if (indicator.Description.Name == "macd")
            request.Smoothing = new() { FastLength = (int)numbers[0], SlowLength = (int)numbers[1], SignalSmoothing = (int)numbers[2] };
        else
            request.Length = (int)numbers[0];
        if (indicator.Description.Name == "bollinger")
            request.Deviation = new() { DeviationMultiplier = Price.FromDecimal(numbers[1]).ToQuotation() };
        return request;
    }

    /// <summary>The line of an indicator that has only one stands in the field of the signal.</summary>
    private static Dictionary<string, double> Lines(Indicator indicator, GetTechAnalysisResponse.Types.TechAnalysisItem item)
    {
        var lines = new Dictionary<string, double>();
        var name = indicator.Description.Name;
        Put(name is "macd" ? "signal" : name, item.Signal);
        Put("macd", item.Macd);
        Put("middle", item.MiddleBand);
        Put("upper", item.UpperBand);
        Put("lower", item.LowerBand);
        return lines;

        void Put(string line, Quotation? value)
        {
            if (value is not null)
                lines[line] = value.ToPrice().ToDouble();
        }
    }
}
