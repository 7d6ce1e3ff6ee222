using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Options;
using StockPipeline.Broker.Protocol;

namespace StockPipeline.Broker.Connections;

/// <summary>Accepts connections through Kestrel's socket transport, keeps count of them, and ends them all when the broker stops.</summary>
internal sealed class BrokerListener(RequestDispatcher dispatcher, ConnectionLimits limits, TimeProvider clock, ILoggerFactory loggers) : IDisposable
{
    private static readonly TimeSpan SweepInterval = TimeSpan.FromSeconds(5);

    /// <summary>What running requests get at a stop before their connections are cut.</summary>
    private static readonly TimeSpan StopGrace = TimeSpan.FromSeconds(5);

    private readonly ILogger logger = loggers.CreateLogger<BrokerListener>();
    private readonly FrameBudget budget = new(limits.MaxFrameBytesTogether);
    private readonly ConcurrentDictionary<ClientConnection, Task> connections = new();
    private readonly CancellationTokenSource stop = new();
    private readonly List<IConnectionListener> listeners = [];
    private readonly List<Task> accepting = [];
    private ITimer? sweep;
    private bool refusalSaid;

    public int Connections => connections.Count;

    /// <summary>
    /// Listens on every end point; they share the port, so a free one chosen for the first (port 0) is asked for on the others.
    /// A second loopback address the machine does not have is left out; returns the port.
    /// </summary>
    public async Task<int> BindAsync(IReadOnlyList<IPEndPoint> endPoints, CancellationToken cancel)
    {
        var port = endPoints[0].Port;
        var transport = new SocketTransportOptions
        {
            WaitForDataBeforeAllocatingBuffer = false,
            // A request is answered on the thread that received it: a connection has one request at a time, and handing it from thread to
            // thread would cost more than most requests do.
            UnsafePreferInlineScheduling = true,
        };
        var factory = new SocketTransportFactory(Options.Create(transport), loggers);
        foreach (var endPoint in endPoints)
        {
            try
            {
                var listener = await factory.BindAsync(new IPEndPoint(endPoint.Address, port), cancel);
                port = ((IPEndPoint)listener.EndPoint).Port;
                listeners.Add(listener);
            }
            catch (SocketException missing) when (listeners.Count > 0
                && missing.SocketErrorCode is SocketError.AddressNotAvailable or SocketError.AddressFamilyNotSupported)
            {
                logger.NotListening(endPoint, missing.Message);
            }
            catch (Exception failure) when (failure is SocketException or AddressInUseException)
            {
                throw new IOException($"The broker cannot listen on {endPoint}: {failure.Message}.", failure);
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
    public async Task StopAsync()
    {
        await CloseListenersAsync();
        await stop.CancelAsync();
        var ended = Task.WhenAll(connections.Values);
        using var grace = new CancellationTokenSource(StopGrace, clock);
        var given = new TaskCompletionSource();
        await using var end = grace.Token.UnsafeRegister(state => ((TaskCompletionSource)state!).TrySetResult(), given);
        await Task.WhenAny(ended, given.Task);
        await CutAsync();
    }

    /// <summary>Cuts every connection at once, as a killed process would.</summary>
    public async Task AbandonAsync()
    {
        foreach (var connection in connections.Keys)
            connection.Abort();
        await CloseListenersAsync();
        await stop.CancelAsync();
        await CutAsync();
    }

    public void Dispose() => stop.Dispose();

    private async Task CutAsync()
    {
        foreach (var connection in connections.Keys)
            connection.Abort();
        await Task.WhenAll(connections.Values);
    }

    private async Task CloseListenersAsync()
    {
        if (sweep is not null)
            await sweep.DisposeAsync();
        foreach (var listener in listeners)
            await listener.UnbindAsync();
        await Task.WhenAll(accepting);
        foreach (var listener in listeners)
            await listener.DisposeAsync();
        listeners.Clear();
    }

    private async Task AcceptAsync(IConnectionListener listener)
    {
        try
        {
            while (await listener.AcceptAsync() is { } accepted)
                await AdmitAsync(accepted);
        }
#pragma warning disable CA1031 // Nobody awaits the loop before the stop: what ends it early must be said when it happens.
        catch (Exception failure)
        {
            logger.AcceptFailed(listener.EndPoint, failure);
        }
#pragma warning restore CA1031
    }

    private async Task AdmitAsync(ConnectionContext accepted)
    {
        if (connections.Count >= limits.MaxConnections)
        {
            if (!refusalSaid)
                logger.ConnectionRefused(accepted.RemoteEndPoint, limits.MaxConnections);
            refusalSaid = true;
            accepted.Abort();
            await accepted.DisposeAsync();
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
            connection.CloseIfOverdue(now);
    }
}
