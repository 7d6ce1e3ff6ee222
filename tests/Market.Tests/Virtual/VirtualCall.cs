using System.Threading.Channels;
using Grpc.Core;
using StockPipeline.Market.Contract;

namespace StockPipeline.MarketTests.Virtual;

/// <summary>A market-data stream in virtual time: each message is some time on its way, and none overtakes another.</summary>
internal sealed class VirtualCall(
    VirtualTime time, Func<TimeSpan> latency, Action<VirtualCall, MarketDataRequest> serve, CancellationToken cancellation)
    : IClientStreamWriter<MarketDataRequest>, IAsyncStreamReader<MarketDataResponse>
{
    private readonly Channel<(MarketDataResponse? Message, Status End)> arrived =
        Channel.CreateUnbounded<(MarketDataResponse? Message, Status End)>(new UnboundedChannelOptions { SingleReader = true });

    private DateTimeOffset lastToClient;
    private DateTimeOffset lastToServer;
    private bool cut;
    private bool left;

    /// <summary>Over as the server sees it.</summary>
    public bool IsOver { get; private set; }

    public MarketDataResponse Current { get; private set; } = null!;

    public WriteOptions? WriteOptions { get; set; }

    public AsyncDuplexStreamingCall<MarketDataRequest, MarketDataResponse> ToCall() => new(
        this, this, Task.FromResult(Metadata.Empty), () => Status.DefaultSuccess, () => Metadata.Empty, Leave);

    public void Send(MarketDataResponse message)
    {
        if (!IsOver)
            ToClient(message, Status.DefaultSuccess);
    }

    /// <summary>Ends the call with a status, after all that was sent.</summary>
    public void End(Status status)
    {
        if (!IsOver)
            ToClient(null, status);
        IsOver = true;
    }

    /// <summary>Cuts the connection: what is on its way is lost.</summary>
    public void Drop()
    {
        cut = true;
        End(new Status(StatusCode.Unavailable, "the connection was reset"));
    }

    public Task WriteAsync(MarketDataRequest message)
    {
        if (cancellation.IsCancellationRequested)
            throw new RpcException(new Status(StatusCode.Cancelled, "the call was cancelled"));
        var copy = message.Clone();
        lastToServer = OnTheWay(lastToServer, () =>
        {
            if (!IsOver)
                serve(this, copy);
        });
        return Task.CompletedTask;
    }

    public Task CompleteAsync() => throw new NotSupportedException("A client keeps its direction open as long as it listens.");

    public async Task<bool> MoveNext(CancellationToken cancellationToken)
    {
        var (message, end) = await arrived.Reader.ReadAsync(cancellation);
        if (message is null && end.StatusCode != StatusCode.OK)
            throw new RpcException(end);
        Current = message!;
        return message is not null;
    }

    private void Leave()
    {
        left = true;
        lastToServer = OnTheWay(lastToServer, () => IsOver = true);
    }

    private void ToClient(MarketDataResponse? message, Status end) => lastToClient = OnTheWay(lastToClient, () =>
    {
        if (!left && (!cut || message is null))
            arrived.Writer.TryWrite((message, end));
    });

    private DateTimeOffset OnTheWay(DateTimeOffset last, Action arrive)
    {
        var due = time.Now + latency();
        due = due > last ? due : last.AddTicks(1);
        time.Clock.CreateTimer(_ => arrive(), null, due - time.Now, Timeout.InfiniteTimeSpan);
        return due;
    }
}
