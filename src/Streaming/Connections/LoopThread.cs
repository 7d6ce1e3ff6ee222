namespace StockPipeline.Streaming.Connections;

/// <summary>Runs a blocking loop on a thread of its own; its end, good or bad, is the end of the task.</summary>
internal static class LoopThread
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
}
