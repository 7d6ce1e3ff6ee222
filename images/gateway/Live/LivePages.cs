using System.Collections.Concurrent;
using System.Net;
using StockPipeline.Gateway.Feed;
using StockPipeline.Gateway.People;
using StockPipeline.Gateway.Rest;
using StockPipeline.Gateway.Tasks;

namespace StockPipeline.Gateway.Live;

/// <summary>The way to the live socket: who is let in, and how many of one address.</summary>
internal sealed class LivePages(MarketTables tables, LiveEndpoint endpoint, Gatekeeper gatekeeper, LiveLimits limits, TimeProvider clock)
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(60);

    private readonly ConcurrentDictionary<IPAddress, int> byAddress = new();
    private int open;

    public void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/api/live", (RequestDelegate)ServeAsync).ExcludeFromDescription();

    private async Task ServeAsync(HttpContext http)
    {
        if (Handshake.Problem(http.Request) is { } problem)
        {
            http.Response.Headers.Upgrade = "websocket";
            await Problem.Of(StatusCodes.Status426UpgradeRequired, "websocket-expected", problem).ExecuteAsync(http);
            return;
        }
        if (tables.NotReady is { } reason)
        {
            http.Response.Headers.RetryAfter = "1";
            await Problem.Of(StatusCodes.Status503ServiceUnavailable, "not-ready", reason).ExecuteAsync(http);
            return;
        }
        var address = http.Connection.RemoteIpAddress ?? IPAddress.None;
        var ofAddress = byAddress.AddOrUpdate(address, 1, (_, count) => count + 1);
        try
        {
            if (Interlocked.Increment(ref open) > limits.MaxSockets || ofAddress > limits.MaxSocketsOfAddress)
            {
                await Problem.Of(StatusCodes.Status503ServiceUnavailable, "too-many-sockets", "There are as many sockets as allowed.")
                    .ExecuteAsync(http);
                return;
            }
            var who = (Principal)http.Items[typeof(Principal)]!;
            await endpoint.ServeAsync(http, TaskDoor.OwnerOf(who), Watch(who));
        }
        finally
        {
            Interlocked.Decrement(ref open);
            if (byAddress.AddOrUpdate(address, 0, (_, count) => count - 1) <= 0)
                byAddress.TryRemove(KeyValuePair.Create(address, 0));
        }
    }

    /// <summary>A session may end while its sockets stay open: it is looked at again once a minute.</summary>
    private Func<CancellationToken, Task<bool>> Watch(Principal who)
    {
        if (who.Session is not { } session)
            return _ => Task.FromResult(true);
        return async cancellationToken =>
        {
            using var beat = new PeriodicTimer(LookEvery, clock);
            while (await beat.WaitForNextTickAsync(cancellationToken))
            {
                if (!await gatekeeper.IsOpenAsync(session, cancellationToken))
                    return false;
            }
            return true;
        };
    }
}
