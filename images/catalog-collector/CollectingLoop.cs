using StockPipeline.CatalogCollector.Polling;
using StockPipeline.CatalogCollector.Publishing;
using StockPipeline.Contracts.Catalog;
using StockPipeline.Contracts.Connections;
using StockPipeline.Hosting.Status;

namespace StockPipeline.CatalogCollector;

/// <summary>Listing after listing: on time while the partner answers, with growing pauses while it does not.</summary>
internal sealed class CollectingLoop(
    CollectorOptions options, Collector collector, PartnerTables tables, HealthCheck check, TimeProvider clock, ILogger log)
{
    private readonly Backoff backoff = new(
        new BackoffLimits { First = TimeSpan.FromSeconds(1), Cap = options.Interval < TimeSpan.FromSeconds(1) ? TimeSpan.FromSeconds(1)
            : options.Interval },
        clock);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await collector.PrepareAsync(cancellationToken);
        while (true)
            await WaitAsync(await CollectAsync(cancellationToken), cancellationToken);
    }

    /// <summary>One listing; gives the pause before the next.</summary>
    private async Task<TimeSpan> CollectAsync(CancellationToken cancellationToken)
    {
        var began = clock.GetTimestamp();
        try
        {
            var state = await collector.CollectAsync(cancellationToken);
            if (state.State is PartnerState.Complete or PartnerState.Sample)
            {
                backoff.Succeeded();
                check.Ready($"{state.Products} products");
                if (collector.Published > 0)
                    Log.Collected(log, options.Partner, state.Products, collector.Published);
                var left = options.Interval - clock.GetElapsedTime(began);
                return left > TimeSpan.Zero ? left : TimeSpan.Zero;
            }
            return Away(state.State, state.Error ?? "", null);
        }
        catch (PartnerUnavailableException away)
        {
            return Away(PartnerState.Down, away.Message, away.RetryAfter);
        }
    }

    private TimeSpan Away(PartnerState state, string reason, TimeSpan? retryAfter)
    {
        var pause = backoff.NextPause() ?? options.Interval;
        if (retryAfter > pause)
            pause = retryAfter.Value;
        check.Failing($"{options.Partner}: {reason}");
        Log.Away(log, options.Partner, state.ToString(), reason, pause);
        return pause;
    }

    /// <summary>Waits; an alias that a person wrote is applied at once.</summary>
    private async Task WaitAsync(TimeSpan pause, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAny(Task.Delay(pause, clock, either.Token), tables.Stirred);
        await either.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();
    }
}
