using Google.Protobuf.WellKnownTypes;
using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Time;
using StockPipeline.Market.Contract;

namespace StockPipeline.SimulatorTests.Probing;

/// <summary>Requests in one line, and candles of every source in one shape.</summary>
internal static class ApiRequests
{
    public static MarketDataRequest Subscribe(SubscriptionInterval interval, params IEnumerable<string> ids) =>
        Candles(SubscriptionAction.Subscribe, false, interval, ids);

    public static MarketDataRequest Candles(
        SubscriptionAction action, bool waitingClose, SubscriptionInterval interval, params IEnumerable<string> ids)
    {
        var request = new SubscribeCandlesRequest { SubscriptionAction = action, WaitingClose = waitingClose };
        request.Instruments.AddRange(ids.Select(id => new CandleInstrument { InstrumentId = id, Interval = interval }));
        return new MarketDataRequest { SubscribeCandlesRequest = request };
    }

    public static GetCandlesRequest History(string id, Interval interval, DateTimeOffset from, DateTimeOffset to) => new()
    {
        InstrumentId = id, Interval = (CandleInterval)interval.Number, From = from.ToTimestamp(), To = to.ToTimestamp(),
    };

    public static CandleShape Shape(this Contracts.Records.Candle candle) =>
        new(candle.OpenTime, candle.Open, candle.High, candle.Low, candle.Close, candle.Volume);

    public static CandleShape Shape(this HistoricCandle candle) =>
        new(candle.Time.ToDateTimeOffset(), Read(candle.Open), Read(candle.High), Read(candle.Low), Read(candle.Close), candle.Volume);

    public static CandleShape Shape(this Candle candle) =>
        new(candle.Time.ToDateTimeOffset(), Read(candle.Open), Read(candle.High), Read(candle.Low), Read(candle.Close), candle.Volume);

    private static Price Read(Quotation price) => Price.FromUnits(price.Units, price.Nano);
}

/// <summary>What all sources of candles agree on.</summary>
internal sealed record CandleShape(DateTimeOffset Time, Price Open, Price High, Price Low, Price Close, long Volume);
