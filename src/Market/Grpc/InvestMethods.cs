using StockPipeline.Market.Contract;

namespace StockPipeline.Market.Grpc;

/// <summary>
/// The methods of the T-Invest API that the pipeline uses: the one table for the client and for every server that speaks the contract.
/// </summary>
public static class InvestMethods
{
    public const string Package = "tinkoff.public.invest.api.contract.v1";

    public const string Instruments = Package + ".InstrumentsService";

    public const string MarketData = Package + ".MarketDataService";

    public const string MarketDataStreams = Package + ".MarketDataStreamService";

    public const string Users = Package + ".UsersService";

    public static readonly GrpcMethod<TradingSchedulesRequest, TradingSchedulesResponse> TradingSchedules =
        new(Instruments, "TradingSchedules", TradingSchedulesRequest.Parser, TradingSchedulesResponse.Parser);

    public static readonly GrpcMethod<InstrumentRequest, ShareResponse> ShareBy =
        new(Instruments, "ShareBy", InstrumentRequest.Parser, ShareResponse.Parser);

    public static readonly GrpcMethod<InstrumentsRequest, SharesResponse> Shares =
        new(Instruments, "Shares", InstrumentsRequest.Parser, SharesResponse.Parser);

    public static readonly GrpcMethod<InstrumentRequest, InstrumentResponse> GetInstrumentBy =
        new(Instruments, "GetInstrumentBy", InstrumentRequest.Parser, InstrumentResponse.Parser);

    public static readonly GrpcMethod<FindInstrumentRequest, FindInstrumentResponse> FindInstrument =
        new(Instruments, "FindInstrument", FindInstrumentRequest.Parser, FindInstrumentResponse.Parser);

    public static readonly GrpcMethod<GetCandlesRequest, GetCandlesResponse> GetCandles =
        new(MarketData, "GetCandles", GetCandlesRequest.Parser, GetCandlesResponse.Parser);

    public static readonly GrpcMethod<GetLastPricesRequest, GetLastPricesResponse> GetLastPrices =
        new(MarketData, "GetLastPrices", GetLastPricesRequest.Parser, GetLastPricesResponse.Parser);

    public static readonly GrpcMethod<GetTradingStatusRequest, GetTradingStatusResponse> GetTradingStatus =
        new(MarketData, "GetTradingStatus", GetTradingStatusRequest.Parser, GetTradingStatusResponse.Parser);

    public static readonly GrpcMethod<GetTradingStatusesRequest, GetTradingStatusesResponse> GetTradingStatuses =
        new(MarketData, "GetTradingStatuses", GetTradingStatusesRequest.Parser, GetTradingStatusesResponse.Parser);

    public static readonly GrpcMethod<MarketDataRequest, MarketDataResponse> MarketDataStream =
        new(MarketDataStreams, "MarketDataStream", MarketDataRequest.Parser, MarketDataResponse.Parser)
        {
            ClientStreams = true, ServerStreams = true,
        };

    public static readonly GrpcMethod<MarketDataServerSideStreamRequest, MarketDataResponse> MarketDataServerSideStream =
        new(MarketDataStreams, "MarketDataServerSideStream", MarketDataServerSideStreamRequest.Parser, MarketDataResponse.Parser)
        {
            ServerStreams = true,
        };

    public static readonly GrpcMethod<GetUserTariffRequest, GetUserTariffResponse> GetUserTariff =
        new(Users, "GetUserTariff", GetUserTariffRequest.Parser, GetUserTariffResponse.Parser);

    public static IReadOnlyList<IGrpcMethod> All { get; } =
    [
        TradingSchedules, ShareBy, Shares, GetInstrumentBy, FindInstrument,
        GetCandles, GetLastPrices, GetTradingStatus, GetTradingStatuses,
        MarketDataStream, MarketDataServerSideStream,
        GetUserTariff,
    ];
}
