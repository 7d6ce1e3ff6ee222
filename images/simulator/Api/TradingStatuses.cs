using StockPipeline.Contracts.Records;
using StockPipeline.Market.Contract;
using StockPipeline.Simulator.Market;

namespace StockPipeline.Simulator.Api;

/// <summary>The trading status of a listing in the terms of the API.</summary>
internal sealed class TradingStatuses(TradingPhases phases)
{
    public SecurityTradingStatus At(Listing listing, DateTimeOffset instant)
    {
        if (!listing.ApiTradeAvailable)
            return SecurityTradingStatus.NotAvailableForTrading;
        if (phases.IsHalted(listing, instant))
            return SecurityTradingStatus.BreakInTrading;
        return phases.SessionAt(listing, instant) switch
        {
            null => SecurityTradingStatus.NotAvailableForTrading,
            SessionKind.OpeningAuction or SessionKind.EveningAuction => SecurityTradingStatus.OpeningAuctionPeriod,
            SessionKind.ClosingAuction => SecurityTradingStatus.ClosingAuction,
            _ => SecurityTradingStatus.NormalTrading,
        };
    }

    public GetTradingStatusResponse Answer(Listing listing, DateTimeOffset instant)
    {
        var status = At(listing, instant);
        var trades = status == SecurityTradingStatus.NormalTrading;
        return new GetTradingStatusResponse
        {
            Figi = listing.Figi.Value,
            InstrumentUid = listing.Uid,
            Ticker = listing.Ticker,
            ClassCode = listing.ClassCode,
            TradingStatus = status,
            LimitOrderAvailableFlag = trades,
            MarketOrderAvailableFlag = trades,
            BestpriceOrderAvailableFlag = trades,
            ApiTradeAvailableFlag = listing.ApiTradeAvailable,
        };
    }

    public TradingStatus Message(Listing listing, DateTimeOffset instant)
    {
        var status = At(listing, instant);
        var trades = status == SecurityTradingStatus.NormalTrading;
        return new TradingStatus
        {
            Figi = listing.Figi.Value,
            InstrumentUid = listing.Uid,
            Ticker = listing.Ticker,
            ClassCode = listing.ClassCode,
            TradingStatus_ = status,
            Time = ApiMessages.Time(instant.ToUnixTimeMilliseconds()),
            LimitOrderAvailableFlag = trades,
            MarketOrderAvailableFlag = trades,
        };
    }
}
