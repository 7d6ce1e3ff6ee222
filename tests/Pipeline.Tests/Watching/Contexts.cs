using Microsoft.Extensions.Logging.Abstractions;
using StockPipeline.Hosting;
using StockPipeline.Hosting.Status;
using StockPipeline.Hosting.Telemetry;

namespace StockPipeline.PipelineTests.Watching;

/// <summary>What the test's own clients and services are made from.</summary>
internal static class Contexts
{
    public static ServiceContext Of(string name, IReadOnlyDictionary<string, string> environment) => new()
    {
        Name = name, Settings = new Settings(environment), LoggerFactory = NullLoggerFactory.Instance, Clock = TimeProvider.System,
        Health = new Health(name, TimeProvider.System), Metrics = Metrics.Of(name, TimeProvider.System),
    };
}
