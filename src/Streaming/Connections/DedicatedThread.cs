namespace StockPipeline.Streaming.Connections;

/// <summary>Runs a blocking loop on a thread of its own; its end, good or bad, is the end of the task.</summary>
internal static class DedicatedThread
{
    public static Task RunAsync(string name, Action loop)
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(() =>
        {
#pragma warning disable CA1031 // Nothing is swallowed: whatever ends the loop becomes the failure of the task that its owner awaits.
            try
            {
                loop();
                ended.SetResult();
            }
            catch (Exception failure)
            {
                ended.SetException(failure);
            }
#pragma warning restore CA1031
        })
        {
            IsBackground = true,
            Name = name,
        };
        thread.Start();
        return ended.Task;
    }

    /// <summary>
    /// Blocks the loop's thread until something is done that its callers do elsewhere: the client's callbacks are over when they return.
    /// </summary>
    public static void Wait(ValueTask work)
    {
        if (work.IsCompletedSuccessfully)
            work.GetAwaiter().GetResult();
        else
            work.AsTask().GetAwaiter().GetResult();
    }

    /// <summary>Waits for the loop; once stop is asked for, only so long as patience allows.</summary>
    /// <exception cref="TimeoutException">The loop did not end in time; its thread is left behind.</exception>
    public static async Task EndAsync(Task loop, TimeSpan patience, TimeProvider clock, CancellationToken cancellationToken)
    {
        try
        {
            await loop.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await WithinAsync(loop, patience, clock);
        }
    }

    private static async Task WithinAsync(Task loop, TimeSpan patience, TimeProvider clock)
    {
        try
        {
            await loop.WaitAsync(patience, clock, CancellationToken.None);
        }
        catch (OperationCanceledException) when (loop.IsCompleted)
        {
            // The loop was waiting for something when stop came, which is as good an end as any.
        }
    }
}

/// <summary>Says when something that happens now and then is due again; the first time at once.</summary>
internal sealed class IntervalGate(TimeProvider clock, TimeSpan interval)
{
    private long last;
    private bool begun;

    public bool IsDue()
    {
        var now = clock.GetTimestamp();
        if (begun && clock.GetElapsedTime(last, now) < interval)
            return false;
        begun = true;
        last = now;
        return true;
    }
}
