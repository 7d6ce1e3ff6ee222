using StockPipeline.Contracts.Connections;
using StockPipeline.Hosting.Status;
using StockPipeline.Market.Clock;

namespace StockPipeline.Simulator.Market;

/// <summary>The time of the simulated market for the other worlds of a process: they begin when it answers, and go as it goes.</summary>
internal static class MarketTime
{
    /// <summary>Follows the clock of the simulated market beside; waits until it is there, and says so meanwhile.</summary>
    /// <param name="controlPort">Where the market tells its time.</param>
    /// <param name="clock">The machine's.</param>
    /// <param name="check">Told why it has not begun yet.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public static async Task<TimeProvider> OfNeighbourAsync(
        int controlPort, TimeProvider clock, HealthCheck check, CancellationToken cancellationToken)
    {
        var market = new Uri($"http://127.0.0.1:{controlPort}/clock");
        using var http = new HttpClient();
        var backoff = new Backoff(new BackoffLimits { First = TimeSpan.FromMilliseconds(50), Cap = TimeSpan.FromSeconds(1) }, clock);
        while (true)
        {
            try
            {
                return await SimulatedClock.FollowAsync(http, market, clock, cancellationToken);
            }
            catch (HttpRequestException notYet)
            {
                check.Starting($"the simulated market's clock at {market} does not answer: {notYet.Message}");
                await backoff.PauseAsync(cancellationToken);
            }
        }
    }
}
