using StockPipeline.InteropTests.Support;
using StockPipeline.Streaming;
using StockPipeline.Testing;

namespace StockPipeline.InteropTests.Native;

/// <summary>Which native Kafka client runs on a machine that has an older one: Debian's, which kcat brings with it.</summary>
public sealed class OlderLibraryTests : IDisposable
{
    private const string Program = "StockPipeline.NativeClient.dll";

    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [KcatFact]
    public async Task An_older_library_of_the_machine_is_taken_by_a_bare_client_and_never_by_ours()
    {
        var older = await OlderLibraryAsync();
        File.CreateSymbolicLink(Path.Combine(folder.Path, "librdkafka.so"), older);
        var environment = new Dictionary<string, string> { ["LD_LIBRARY_PATH"] = folder.Path };

        var bare = await RunAsync(environment, "bare");
        var ours = await RunAsync(environment);

        Assert.DoesNotContain(PackagedLibrdkafka.ExpectedVersion, bare, StringComparison.Ordinal);
        Assert.Contains("librdkafka ", bare, StringComparison.Ordinal);
        Assert.Contains($"librdkafka {PackagedLibrdkafka.ExpectedVersion}", ours.Split('\n')[0], StringComparison.Ordinal);
    }

    private static Task<string> RunAsync(Dictionary<string, string> environment, params string[] arguments) => ChildProcess.OutputOfAsync(
        "dotnet", [Path.Combine(AppContext.BaseDirectory, Program), .. arguments], environment: environment);

    private static async Task<string> OlderLibraryAsync()
    {
        var files = await ChildProcess.OutputOfAsync("dpkg-query", ["-L", "librdkafka1"]);
        return files.Split('\n').First(file => file.EndsWith("/librdkafka.so.1", StringComparison.Ordinal));
    }
}
