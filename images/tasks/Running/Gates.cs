using StockPipeline.Tasks.Kinds;

namespace StockPipeline.TaskWorkers.Running;

/// <summary>How many tasks of each weight run at the same time.</summary>
public sealed class Gates(int light, int heavy, int waiting) : IDisposable
{
    private readonly SemaphoreSlim[] gates = [new(light), new(heavy), new(waiting)];

    /// <summary>Waits for a place; disposing of it gives it back.</summary>
    public async ValueTask<IDisposable> EnterAsync(TaskWeight weight, CancellationToken cancellationToken)
    {
        var gate = gates[(int)weight];
        await gate.WaitAsync(cancellationToken);
        return new Place(gate);
    }

    public void Dispose()
    {
        foreach (var gate in gates)
            gate.Dispose();
    }

    private sealed class Place(SemaphoreSlim gate) : IDisposable
    {
        public void Dispose() => gate.Release();
    }
}
