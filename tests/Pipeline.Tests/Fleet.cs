using System.Collections.Concurrent;
using StockPipeline.Testing;

namespace StockPipeline.PipelineTests;

/// <summary>
/// Processes of the pipeline's services that come back whenever they end, as under Docker's restart policy. A kill is SIGKILL: nobody says
/// goodbye.
/// </summary>
internal sealed class Fleet(IReadOnlyDictionary<string, string> environment) : IAsyncDisposable
{
    private static readonly TimeSpan WholeTest = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan RestartPause = TimeSpan.FromMilliseconds(200);

    private const int LastWords = 3;

    private readonly ConcurrentDictionary<string, ChildProcess> running = new();
    private readonly ConcurrentDictionary<string, int> kills = new();
    private readonly ConcurrentQueue<string> failures = new();
    private readonly ConcurrentQueue<string> warnings = new();
    private readonly List<Task> watching = [];
    private readonly CancellationTokenSource stop = new();

    public IReadOnlyDictionary<string, int> Kills => kills;

    /// <summary>Processes that ended although nobody had killed them, with what they said last.</summary>
    public IReadOnlyCollection<string> Failures => failures;

    /// <summary>What all processes said beyond the usual, by process.</summary>
    public IEnumerable<string> Warnings => warnings;

    /// <summary>Starts a process and keeps it going.</summary>
    public void Start(string name, string services) => watching.Add(KeepAsync(name, services));

    public Task KillAsync(string name) => EndAsync(name, ChildProcess.Kill);

    /// <summary>Asks the process to end, as a deployment does; it says goodbye and comes back.</summary>
    public Task RestartAsync(string name) => EndAsync(name, ChildProcess.Terminate);

    private async Task EndAsync(string name, int signal)
    {
        var victim = await Eventually.SeeAsync(
            () => running.GetValueOrDefault(name), process => process is { HasExited: false }, promise: $"{name} runs");
        if (signal == ChildProcess.Kill)
            kills.AddOrUpdate(name, 1, (_, count) => count + 1);
        running.TryRemove(name, out _);
        victim!.Signal(signal);
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        foreach (var process in running.Values)
            process.Signal(ChildProcess.Kill);
        await Task.WhenAll(watching).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        stop.Dispose();
    }

    private async Task KeepAsync(string name, string services)
    {
        var own = new Dictionary<string, string>(environment) { ["SERVICES"] = services };
        while (!stop.IsCancellationRequested)
        {
            await using var process = ChildProcess.StartDotnet("StockPipeline.PipelineProcess.dll", [], own);
            running[name] = process;
            var code = await process.ExitAsync(WholeTest);
            if (running.TryRemove(new KeyValuePair<string, ChildProcess>(name, process)) && !stop.IsCancellationRequested)
                failures.Enqueue($"{name} ended with {code}: {string.Join(" | ", process.Errors.TakeLast(LastWords))}");
            foreach (var line in process.Output.Where(line => !line.Contains(" info: ", StringComparison.Ordinal)))
                warnings.Enqueue($"{name}: {line}");
            await Task.Delay(RestartPause, TimeProvider.System, stop.Token);
        }
    }
}
