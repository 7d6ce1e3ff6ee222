using StockPipeline.Testing;
using StockPipeline.Testing.Kafka;

namespace StockPipeline.DeployTests.Topics;

/// <summary>Runs init-topics.sh.</summary>
internal static class TopicScript
{
    /// <summary>Kafka's own tools start a virtual machine for each of some twenty commands.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    public static Task<(int Code, IReadOnlyList<string> Said)> RunAsync(IKafkaBroker broker, params (string Name, string Value)[] settings) =>
        RunAsync([], [("KAFKA_CONNECT", broker.BootstrapServers), .. settings]);

    public static async Task<(int Code, IReadOnlyList<string> Said)> RunAsync(
        IEnumerable<string> arguments, params (string Name, string Value)[] settings)
    {
        await using var script = ChildProcess.Start(
            RepositoryFolder.PathOf("init-topics.sh"), arguments, settings.ToDictionary(one => one.Name, one => one.Value));
        var code = await script.ExitAsync(Patience);
        return (code, [.. script.Output, .. script.Errors]);
    }
}
