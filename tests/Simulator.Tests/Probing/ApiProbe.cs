using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using StockPipeline.Market.Contract;
using StockPipeline.Market.Errors;

namespace StockPipeline.SimulatorTests.Probing;

/// <summary>A plain client of the generated contract that hides nothing: what came back is what the test sees.</summary>
internal sealed class ApiProbe : IDisposable
{
    public const string Token = "t.test";

    private readonly GrpcChannel channel;
    private readonly CallOptions options;

    public ApiProbe(Uri endpoint, string token = Token, HttpMessageHandler? handler = null)
    {
        channel = GrpcChannel.ForAddress(endpoint, new GrpcChannelOptions
        {
            HttpHandler = handler ?? new SocketsHttpHandler(), DisposeHttpClient = true, MaxReceiveMessageSize = 64 * 1024 * 1024,
        });
        var headers = new Metadata();
        if (token.Length > 0)
            headers.Add("authorization", $"Bearer {token}");
        options = new CallOptions(headers);
    }

    public async Task<SharesResponse> SharesAsync(InstrumentStatus status) =>
        await new InstrumentsService.InstrumentsServiceClient(channel).SharesAsync(new InstrumentsRequest { InstrumentStatus = status }, options);

    /// <summary>Calls a method by its name and gives the reply, or throws what the API answers.</summary>
    public async Task<TResponse> CallAsync<TRequest, TResponse>(Method<TRequest, TResponse> method, TRequest request)
        where TRequest : class
        where TResponse : class => await Call(method, request);

    /// <summary>Calls and gives how it ended, with everything the headers and trailers say.</summary>
    public async Task<(CallStatus Status, Metadata Headers)> AskAsync<TRequest, TResponse>(Method<TRequest, TResponse> method, TRequest request)
        where TRequest : class
        where TResponse : class
    {
        using var call = Call(method, request);
        try
        {
            await call;
            return (new CallStatus(StatusCode.OK), await call.ResponseHeadersAsync);
        }
        catch (RpcException refused)
        {
            return (CallStatus.Of(refused), refused.Trailers);
        }
    }

    public async Task<StreamProbe> OpenStreamAsync(params MarketDataRequest[] requests)
    {
        var call = new MarketDataStreamService.MarketDataStreamServiceClient(channel).MarketDataStream(options);
        var stream = new StreamProbe(call.RequestStream, call.ResponseStream, call);
        foreach (var request in requests)
            await stream.SendAsync(request);
        // Then the server has the stream, or has refused it, which reading tells.
        await call.ResponseHeadersAsync;
        return stream;
    }

    public StreamProbe OpenServerSideStream(MarketDataServerSideStreamRequest request)
    {
        var call = new MarketDataStreamService.MarketDataStreamServiceClient(channel).MarketDataServerSideStream(request, options);
        return new StreamProbe(null, call.ResponseStream, call);
    }

    public void Dispose() => channel.Dispose();

    private AsyncUnaryCall<TResponse> Call<TRequest, TResponse>(Method<TRequest, TResponse> method, TRequest request)
        where TRequest : class
        where TResponse : class => channel.CreateCallInvoker().AsyncUnaryCall(method, null, options, request);
}

/// <summary>The methods that tests call, described as the contract does.</summary>
internal static class ApiMethods
{
    public static readonly Method<InstrumentRequest, ShareResponse> ShareBy = Unary("InstrumentsService", "ShareBy", InstrumentRequest.Parser,
        ShareResponse.Parser);

    public static readonly Method<InstrumentRequest, InstrumentResponse> GetInstrumentBy = Unary("InstrumentsService", "GetInstrumentBy",
        InstrumentRequest.Parser, InstrumentResponse.Parser);

    public static readonly Method<FindInstrumentRequest, FindInstrumentResponse> FindInstrument = Unary("InstrumentsService", "FindInstrument",
        FindInstrumentRequest.Parser, FindInstrumentResponse.Parser);

    public static readonly Method<TradingSchedulesRequest, TradingSchedulesResponse> TradingSchedules = Unary("InstrumentsService",
        "TradingSchedules", TradingSchedulesRequest.Parser, TradingSchedulesResponse.Parser);

    public static readonly Method<GetCandlesRequest, GetCandlesResponse> GetCandles = Unary("MarketDataService", "GetCandles",
        GetCandlesRequest.Parser, GetCandlesResponse.Parser);

    public static readonly Method<GetLastPricesRequest, GetLastPricesResponse> GetLastPrices = Unary("MarketDataService", "GetLastPrices",
        GetLastPricesRequest.Parser, GetLastPricesResponse.Parser);

    public static readonly Method<GetTradingStatusRequest, GetTradingStatusResponse> GetTradingStatus = Unary("MarketDataService",
        "GetTradingStatus", GetTradingStatusRequest.Parser, GetTradingStatusResponse.Parser);

    public static readonly Method<GetTradingStatusRequest, GetTradingStatusResponse> GetOrderBook = Unary("MarketDataService",
        "GetOrderBook", GetTradingStatusRequest.Parser, GetTradingStatusResponse.Parser);

    public static readonly Method<GetUserTariffRequest, GetUserTariffResponse> GetUserTariff = Unary("UsersService", "GetUserTariff",
        GetUserTariffRequest.Parser, GetUserTariffResponse.Parser);

    private static Method<TRequest, TResponse> Unary<TRequest, TResponse>(
        string service, string name, MessageParser<TRequest> request, MessageParser<TResponse> response)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse> => new(
        MethodType.Unary, $"tinkoff.public.invest.api.contract.v1.{service}", name,
        Marshallers.Create(message => message.ToByteArray(), request.ParseFrom),
        Marshallers.Create(message => message.ToByteArray(), response.ParseFrom));
}
