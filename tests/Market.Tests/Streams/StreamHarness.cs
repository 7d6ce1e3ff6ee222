using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using StockPipeline.Contracts.Connections;
using StockPipeline.Market.Api;
using StockPipeline.Market.Streams;
using StockPipeline.MarketTests.Server;
using StockPipeline.Testing;

namespace StockPipeline.MarketTests.Streams;

/// <summary>A market stream that runs against a scripted server; quick where quickness changes nothing.</summary>
internal sealed class StreamHarness : IAsyncDisposable
{
    public static readonly MarketStreamOptions Quick = new()
    {
        Tick = TimeSpan.FromMilliseconds(5),
        RefusedRetry = TimeSpan.FromMilliseconds(20),
        LimitRetry = TimeSpan.FromMilliseconds(30),
        Reconnect = new BackoffLimits { First = TimeSpan.FromMilliseconds(2), Cap = TimeSpan.FromMilliseconds(10) },
    };

    private readonly CancellationTokenSource stopping = new();
    private readonly InvestApiClient client;

    public StreamHarness(ScriptedServer server, MarketStreamOptions? options = null, TimeProvider? clock = null, TimeProvider? network = null,
        ILogger<MarketStream>? log = null)
    {
        client = server.Client(api => api.NetworkClock = network ?? TimeProvider.System);
        Stream = new MarketStream(client, options ?? Quick, clock ?? TimeProvider.System, log ?? NullLogger<MarketStream>.Instance, () => 0.5);
        Running = Task.CompletedTask;
    }

    public MarketStream Stream { get; }

    public Task Running { get; private set; }

    public StreamHarness Start(params StreamSubscription[] wanted)
    {
        Stream.Want(wanted);
        Running = Stream.RunAsync(stopping.Token);
        return this;
    }

    /// <summary>The next event of this kind; others on the way are left out.</summary>
    public async Task<T> NextAsync<T>()
        where T : MarketEvent
    {
        while (true)
        {
            if (await Stream.Events.ReadAsync().AsTask().WaitAsync(Eventually.Patience, TimeProvider.System) is T wanted)
                return wanted;
        }
    }

    /// <summary>Stops the stream; its events end.</summary>
    public async Task StopAsync()
    {
        await stopping.CancelAsync();
        await Running;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        client.Dispose();
        stopping.Dispose();
    }
}
