namespace StockPipeline.AllInOne;

/// <summary>Whether every websocket of this process has had a value. Safe from any thread.</summary>
internal sealed class FirstValues
{
    private readonly TaskCompletionSource there = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task There => there.Task;

    public void Came() => there.TrySetResult();
}

/// <summary>
/// Holds up the start of all that is added after it until there are values, for so long at most: to start is work for the compiler above all, and
/// what nobody waits for would take the processor from what somebody does.
/// </summary>
internal sealed class UntilFirstValues(FirstValues values, TimeProvider clock) : IHostedService
{
    /// <summary>Where no values come, at night or for a share that nobody follows, everything else is wanted all the same.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAny(values.There, Task.Delay(Longest, clock, limit.Token));
        await limit.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
