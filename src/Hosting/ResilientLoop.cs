using StockPipeline.Contracts.Connections;
using StockPipeline.Hosting.Status;
using StockPipeline.Hosting.Telemetry;

namespace StockPipeline.Hosting;

/// <summary>
/// Keeps one session with the outside going: a stream, a connection, a listening. When it fails for a reason that may pass, it is opened again
/// after a growing pause; any other failure, or too many in a row, goes to the caller. The state is a health check of the loop's name.
/// </summary>
public sealed class ResilientLoop
{
    private readonly string name;
    private readonly Backoff backoff;
    private readonly ILogger log;
    private readonly HealthCheck check;
    private readonly Metrics metrics;

    public ResilientLoop(
        string name, BackoffLimits limits, TimeProvider clock, Health health, Metrics metrics, ILogger log, Func<double>? chance = null)
    {
        this.name = name;
        this.log = log;
        this.metrics = metrics;
        backoff = new Backoff(limits, clock, chance);
        check = health.Check(name);
    }

    /// <summary>Called by the session as soon as it does its work; only that, not merely having been opened, ends a row of failures.</summary>
    public void Succeeded()
    {
        if (backoff.Failures > 0)
            Log.LoopRecovered(log, name, backoff.Failures);
        backoff.Succeeded();
        check.Ready();
    }

    /// <summary>Runs the session until it returns, stop is asked for (which is no failure), or it fails for good.</summary>
    /// <param name="session">One session from its opening to its end. One that has merely ended early says so by throwing.</param>
    /// <param name="isTransient">Which failures may pass.</param>
    /// <param name="stop">Ends the session and the pauses.</param>
    public async Task RunAsync(Func<CancellationToken, Task> session, Func<Exception, bool> isTransient, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await session(stop);
                return;
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure) when (isTransient(failure))
            {
                if (!await PauseAsync(failure, stop))
                    return;
            }
        }
    }

    private async Task<bool> PauseAsync(Exception failure, CancellationToken stop)
    {
        var reason = FailureText.OneLine(failure);
        check.Failing(reason);
        metrics.Errors(name).Increment();
        if (backoff.NextPause() is not { } pause)
            throw new InvalidOperationException($"{name} gave up after {backoff.Failures} failures in a row.", failure);
        Log.LoopFailed(log, failure, name, reason, backoff.Failures, pause);
        try
        {
            await backoff.WaitAsync(pause, stop);
            return true;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return false;
        }
    }
}
