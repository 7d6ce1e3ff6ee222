namespace StockPipeline.Workers;

/// <summary>Loops that are of no use without each other.</summary>
public static class Together
{
    /// <summary>Runs all until one ends, for whatever reason, and then ends the others. Fails as the first that failed did.</summary>
    public static async Task RunAsync(CancellationToken stop, params IEnumerable<Func<CancellationToken, Task>> loops)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var running = loops.Select(loop => loop(ending.Token)).ToList();
        var first = await Task.WhenAny(running);
        await ending.CancelAsync();
        await Task.WhenAll(running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await (first.IsFaulted ? first : running.Find(loop => loop.IsFaulted) ?? first);
    }
}
