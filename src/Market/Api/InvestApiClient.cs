using Grpc.Core.Interceptors;
using Grpc.Net.Client;
using Microsoft.Extensions.Logging;
using StockPipeline.Market.Contract;
using StockPipeline.Market.Limits;

namespace StockPipeline.Market.Api;

/// <summary>
/// Connects to the T-Invest API, with the generated client of each of its services. Single requests keep the quota, are repeated after passing
/// failures, and throw <see cref="Errors.InvestApiException"/> otherwise; streams are bare, and <see cref="Streams.MarketStream"/> keeps them.
/// Safe for many threads; one per token.
/// </summary>
public sealed class InvestApiClient : IDisposable
{
    /// <summary>The list of all shares alone has been seen above 4 MiB.</summary>
    public const int LargestReply = 64 * 1024 * 1024;

    /// <summary>The largest honest stream message answers 300 subscriptions at once: some tens of kilobytes.</summary>
    public const int LargestStreamMessage = 4 * 1024 * 1024;

    private readonly IReadOnlyList<IDisposable> connection;

    /// <exception cref="InvalidOperationException">The options cannot work; the message says which and why.</exception>
    public InvestApiClient(InvestApiOptions options, IRequestQuota quota, ILogger<InvestApiClient> log)
    {
        Options = options.Checked();
        var handler = new InvestHandler(options);
        var (single, streaming) = (Channel(options, handler, LargestReply), Channel(options, handler, LargestStreamMessage));
        connection = [single, streaming, handler];
        var patient = single.CreateCallInvoker().Intercept(new RequestInterceptor(options, quota, log));
        Instruments = new InstrumentsService.InstrumentsServiceClient(patient);
        MarketData = new MarketDataService.MarketDataServiceClient(patient);
        Users = new UsersService.UsersServiceClient(patient);
        Streams = new MarketDataStreamService.MarketDataStreamServiceClient(streaming);
    }

    public InstrumentsService.InstrumentsServiceClient Instruments { get; }

    /// <summary>For candles <see cref="History.CandleHistory"/> knows the API's windows and bounds.</summary>
    public MarketDataService.MarketDataServiceClient MarketData { get; }

    public UsersService.UsersServiceClient Users { get; }

    public MarketDataStreamService.MarketDataStreamServiceClient Streams { get; }

    internal InvestApiOptions Options { get; }

    /// <summary>Ends the connections and with them every call.</summary>
    public void Dispose()
    {
        foreach (var part in connection)
            part.Dispose();
    }

    /// <summary>Both channels share the handler, which the client disposes of.</summary>
    private static GrpcChannel Channel(InvestApiOptions options, InvestHandler handler, int largestMessage) =>
        GrpcChannel.ForAddress(options.Address, new GrpcChannelOptions
        {
            HttpHandler = handler, DisposeHttpClient = false, MaxReceiveMessageSize = largestMessage,
        });
}
