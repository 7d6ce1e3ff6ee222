using StockPipeline.Contracts.Connections;
using StockPipeline.Market.Clock;

namespace StockPipeline.Workers;

/// <summary>The machine's time, or that of a simulated market.</summary>
public static class FollowedClock
{
    /// <summary>Waits until the simulator answers, however long.</summary>
    /// <param name="simulator">Where the simulator tells its time; null where the machine's holds.</param>
    /// <param name="machine">The machine's time.</param>
    /// <param name="log">Told while the simulator does not answer.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public static async Task<TimeProvider> FollowAsync(Uri? simulator, TimeProvider machine, ILogger log, CancellationToken cancellationToken)
    {
        if (simulator is null)
            return machine;
        using var http = new HttpClient();
        var backoff = new Backoff(BackoffLimits.Patient, machine);
        while (true)
        {
            try
            {
                return await SimulatedClock.FollowAsync(http, simulator, machine, cancellationToken);
            }
            catch (Exception unreachable) when (unreachable is HttpRequestException or TaskCanceledException
                && !cancellationToken.IsCancellationRequested)
            {
                Log.ClockUnreachable(log, simulator, unreachable.Message);
                await backoff.PauseAsync(cancellationToken);
            }
        }
    }
}
