using System.Threading.Channels;
using StockPipeline.Market.Contract;
using StockPipeline.Market.Grpc;

namespace StockPipeline.MarketTests.Virtual;

/// <summary>A market-data stream in virtual time: each message is some time on its way, and none overtakes another.</summary>
internal sealed class VirtualCall(VirtualTime time, Func<TimeSpan> latency, Action<VirtualCall, MarketDataRequest> serve)
    : IDuplexCall<MarketDataRequest, MarketDataResponse>
{
    private readonly Channel<(MarketDataResponse? Message, GrpcStatus? End)> arrived =
        Channel.CreateUnbounded<(MarketDataResponse? Message, GrpcStatus? End)>(new UnboundedChannelOptions { SingleReader = true });

    private DateTimeOffset lastToClient;
    private DateTimeOffset lastToServer;
    private bool cut;
    private bool left;

    /// <summary>Over as the server sees it.</summary>
    public bool IsOver { get; private set; }

    public void Send(MarketDataResponse message)
    {
        if (!IsOver)
            ToClient(message, null);
    }

    /// <summary>Ends the call with a status, after all that was sent.</summary>
    public void End(GrpcStatus status)
    {
        if (!IsOver)
            ToClient(null, status);
        IsOver = true;
    }

    /// <summary>Cuts the connection: what is on its way is lost.</summary>
    public void Drop()
    {
        cut = true;
        End(new GrpcStatus(GrpcStatusCode.Unavailable, "the connection was reset"));
    }

    public Task WriteAsync(MarketDataRequest message, CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        var copy = message.Clone();
        lastToServer = OnTheWay(lastToServer, () =>
        {
            if (!IsOver)
                serve(this, copy);
        });
        return Task.CompletedTask;
    }

    public async ValueTask<MarketDataResponse?> ReadAsync(CancellationToken stop)
    {
        var (message, end) = await arrived.Reader.ReadAsync(stop);
        if (end is { IsOk: false } status)
            throw new GrpcException(status);
        return message;
    }

    public ValueTask DisposeAsync()
    {
        left = true;
        lastToServer = OnTheWay(lastToServer, () => IsOver = true);
        return ValueTask.CompletedTask;
    }

    private void ToClient(MarketDataResponse? message, GrpcStatus? end) => lastToClient = OnTheWay(lastToClient, () =>
    {
        if (!left && (!cut || end is not null))
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
