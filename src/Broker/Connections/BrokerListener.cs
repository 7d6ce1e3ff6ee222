using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using StockPipeline.Broker.Protocol;

namespace StockPipeline.Broker.Connections;

/// <summary>Accepts connections on its sockets, keeps count of them, and ends them all when the broker stops.</summary>
internal sealed class BrokerListener(RequestDispatcher dispatcher, ConnectionLimits limits, TimeProvider clock, ILoggerFactory loggers) : IDisposable
{
    private static readonly TimeSpan SweepInterval = TimeSpan.FromSeconds(5);

    /// <summary>What running requests get at a stop before their connections are cut.</summary>
    private static readonly TimeSpan StopGrace = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan AcceptPause = TimeSpan.FromMilliseconds(100);

    private readonly ILogger logger = loggers.CreateLogger<BrokerListener>();
    private readonly FrameBudget budget = new(limits.MaxFrameBytesTogether);
    private readonly ConcurrentDictionary<ClientConnection, Task> connections = new();
    private readonly CancellationTokenSource stop = new();
    private readonly List<TcpListener> listeners = [];
    private readonly List<Task> accepting = [];
    private ITimer? sweep;
    private bool refusalSaid;

    public int Connections => connections.Count;

    /// <summary>
    /// Listens on every end point; they share the port, so a free one chosen for the first (port 0) is asked for on the others.
    /// A second loopback address the machine does not have is left out; returns the port.
    /// </summary>
    public int Bind(IReadOnlyList<IPEndPoint> endPoints)
    {
        var port = endPoints[0].Port;
        foreach (var endPoint in endPoints)
        {
            TcpListener? listener = null;
            try
            {
                listener = new TcpListener(endPoint.Address, port);
                listener.Start();
                listeners.Add(listener);
                port = ((IPEndPoint)listener.LocalEndpoint).Port;
            }
            catch (SocketException failure)
            {
                listener?.Dispose();
                var isMissing = failure.SocketErrorCode is SocketError.AddressNotAvailable or SocketError.AddressFamilyNotSupported;
                if (listeners.Count == 0 || !isMissing)
                    throw new IOException($"The broker cannot listen on {endPoint}: {failure.Message}.", failure);
                logger.NotListening(endPoint, failure.Message);
            }
        }
        return port;
    }

    /// <summary>Begins to serve; until then clients that connect wait.</summary>
    public void Start()
    {
        accepting.AddRange(listeners.Select(AcceptAsync));
        sweep = clock.CreateTimer(_ => Sweep(), null, SweepInterval, SweepInterval);
    }

    /// <summary>Stops accepting, wakes requests that wait, lets running ones finish, and cuts what is left after a grace.</summary>
    public Task StopAsync() => EndAsync(StopGrace);

    /// <summary>Cuts every connection at once, as a killed process would.</summary>
    public Task AbandonAsync()
    {
        Cut();
        return EndAsync(TimeSpan.Zero);
    }

    public void Dispose()
    {
        stop.Dispose();
    }

    private async Task EndAsync(TimeSpan grace)
    {
        await stop.CancelAsync();
        if (sweep is not null)
            await sweep.DisposeAsync();
        await Task.WhenAll(accepting);
        foreach (var listener in listeners)
            listener.Dispose();
        await Task.WhenAll(connections.Values).WaitAsync(grace, clock).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Cut();
        await Task.WhenAll(connections.Values);
    }

    private void Cut()
    {
        foreach (var connection in connections.Keys)
            connection.Abort();
    }

    private async Task AcceptAsync(TcpListener listener)
    {
        var endPoint = listener.LocalEndpoint;
        try
        {
            while (true)
                Admit(await AcceptNextAsync(listener, endPoint));
        }
        catch (OperationCanceledException)
        {
            logger.AcceptEnded(endPoint);
        }
#pragma warning disable CA1031 // Nobody awaits the loop before the stop: what ends it early must be said when it happens.
        catch (Exception failure)
        {
            logger.AcceptFailed(endPoint, failure);
        }
#pragma warning restore CA1031
    }

    /// <summary>A client that is gone again before it is accepted, and a moment without a free descriptor, are no reason to accept no more.</summary>
    private async ValueTask<Socket> AcceptNextAsync(TcpListener listener, EndPoint endPoint)
    {
        while (true)
        {
            try
            {
                var accepted = await listener.AcceptSocketAsync(stop.Token);
                accepted.NoDelay = true;
                return accepted;
            }
            catch (SocketException failure)
            {
                logger.NotAccepted(endPoint, failure.Message);
                await Task.Delay(AcceptPause, clock, stop.Token);
            }
        }
    }

    private void Admit(Socket accepted)
    {
        if (connections.Count >= limits.MaxConnections)
        {
            if (!refusalSaid)
                logger.ConnectionRefused(accepted.RemoteEndPoint, limits.MaxConnections);
            refusalSaid = true;
            accepted.Dispose();
            return;
        }
        refusalSaid = false;
        var connection = new ClientConnection(accepted, dispatcher, budget, limits, clock, logger);
        var started = new TaskCompletionSource();
        connections[connection] = ServeAsync(connection, started.Task);
        logger.Connected(accepted.RemoteEndPoint, connections.Count);
        started.SetResult();
    }

    private async Task ServeAsync(ClientConnection connection, Task started)
    {
        await started.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        await connection.RunAsync(stop.Token);
        connections.TryRemove(connection, out _);
    }

    private void Sweep()
    {
        var now = clock.GetTimestamp();
        foreach (var connection in connections.Keys)
            connection.CloseIfOver(now);
    }
}
