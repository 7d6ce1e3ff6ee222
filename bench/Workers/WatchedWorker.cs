using StockPipeline.Bench.Measure;
using StockPipeline.Testing;

namespace StockPipeline.Bench.Workers;

/// <summary>A worker whose memory is looked at now and then.</summary>
internal sealed class WatchedWorker(string kind, ChildProcess process)
{
    public string Kind => kind;

    /// <summary>Megabytes in memory when last looked at.</summary>
    public double Now { get; private set; }

    public double Peak { get; private set; }

    public void Look()
    {
        process.ThrowIfEnded(kind);
        using var seen = System.Diagnostics.Process.GetProcessById(process.Id);
        Now = seen.WorkingSet64 / 1e6;
        Peak = Math.Max(Peak, Now);
    }
}
