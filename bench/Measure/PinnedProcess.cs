using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace StockPipeline.Bench.Measure;

/// <summary>A process on one core that takes orders, one a line, and answers each with one line.</summary>
public sealed class PinnedProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process process;
    private bool isDisposed;

    private PinnedProcess(Process process) => this.process = process;

    /// <summary>Bytes of it in memory.</summary>
    public long Resident
    {
        get
        {
            process.Refresh();
            return process.WorkingSet64;
        }
    }

    public TimeSpan Cpu
    {
        get
        {
            process.Refresh();
            return process.TotalProcessorTime;
        }
    }

    /// <param name="core">The only core it may use; all where it is null.</param>
    /// <param name="program">What to start.</param>
    /// <param name="arguments">Told to it.</param>
    /// <param name="environment">Laid over our own.</param>
    public static PinnedProcess Start(
        int? core, string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = core is { } number
            ? new ProcessStartInfo("taskset", ["-c", number.ToString(CultureInfo.InvariantCulture), program, .. arguments])
            : new ProcessStartInfo(program, arguments);
        (start.RedirectStandardInput, start.RedirectStandardOutput) = (true, true);
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
            start.Environment[name] = value;
        return new PinnedProcess(Process.Start(start)!);
    }

    /// <summary>Starts this very program in one of its parts.</summary>
    public static PinnedProcess StartPart(int? core, params string[] arguments) =>
        Start(core, "dotnet", [Path.Combine(AppContext.BaseDirectory, "StockPipeline.Bench.dll"), "part", .. arguments]);

    public async Task<string> HearAsync()
    {
        using var limit = new CancellationTokenSource(Patience, TimeProvider.System);
        return await process.StandardOutput.ReadLineAsync(limit.Token)
            ?? throw new InvalidOperationException($"{process.StartInfo.FileName} {string.Join(' ', process.StartInfo.ArgumentList)} has ended.");
    }

    /// <summary>Waits for the line that holds <paramref name="part"/>, and keeps reading after it so that the process never waits for us.</summary>
    public async Task SaysAsync(string part)
    {
        while (!(await HearAsync()).Contains(part, StringComparison.Ordinal))
        {
        }
        process.OutputDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
    }

    public async Task<T> AskAsync<T>(string order, JsonTypeInfo<T> kind)
    {
        await process.StandardInput.WriteLineAsync(order);
        await process.StandardInput.FlushAsync();
        return JsonSerializer.Deserialize(await HearAsync(), kind)!;
    }

    public async ValueTask DisposeAsync()
    {
        if (isDisposed)
            return;
        isDisposed = true;
        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
        }
        process.Dispose();
    }
}
