namespace StockPipeline.Bench.Measure;

/// <summary>Measurements that belong together, run by their name.</summary>
public interface ISuite
{
    string Name { get; }

    Task RunAsync(Report report);
}
