namespace StockPipeline.Broker.Log;

/// <summary>
/// How a parked fetch learns that a log moved. Watch the logs, then look, then wait: what happens after watching began is never
/// missed. To wait again, <see cref="Rearm"/> before looking again. One waiter; set from any thread.
/// </summary>
internal sealed class LogSignal
{
    private volatile TaskCompletionSource moved = NewSource();

    /// <summary>Completes when a watched log moved since the signal was made or rearmed.</summary>
    public Task Moved => moved.Task;

    public void Rearm()
    {
        if (moved.Task.IsCompleted)
            moved = NewSource();
    }

    public void Set() => moved.TrySetResult();

    // The appending thread must not run the fetch it wakes.
    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
