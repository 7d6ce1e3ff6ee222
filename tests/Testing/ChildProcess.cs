using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace StockPipeline.Testing;

/// <summary>A process started by a test, which ends at the latest with the test. All it says is kept.</summary>
public sealed partial class ChildProcess : IAsyncDisposable
{
    public const int Terminate = 15;
    public const int Interrupt = 2;
    public const int Kill = 9;

    /// <summary>Stands still, and its clocks do not; its connections stay open.</summary>
    public const int Pause = 19;
    public const int Resume = 18;

    private readonly Process process;
    private readonly ConcurrentQueue<string> output = new();
    private readonly ConcurrentQueue<string> errors = new();

    private bool disposed;

    private ChildProcess(Process process) => this.process = process;

    /// <summary>The lines of standard output so far.</summary>
    public IReadOnlyCollection<string> Output => output;

    /// <summary>The lines of standard error so far.</summary>
    public IReadOnlyCollection<string> Errors => errors;

    /// <summary>All it said so far, in one text for the message of a failure.</summary>
    public string Said => string.Join('\n', output.Concat(errors));

    public int Id => process.Id;

    public bool HasExited => process.HasExited;

    /// <summary>Starts a program; <paramref name="environment"/> is laid over that of the test.</summary>
    public static ChildProcess Start(
        string file, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null,
        string? folder = null, string? input = null)
    {
        var start = new ProcessStartInfo(file, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            WorkingDirectory = folder ?? RepositoryFolder.PathOf(),
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
            start.Environment[name] = value;
        var child = new ChildProcess(new Process { StartInfo = start });
        child.process.OutputDataReceived += (_, line) => Keep(child.output, line.Data);
        child.process.ErrorDataReceived += (_, line) => Keep(child.errors, line.Data);
        child.process.Start();
        child.process.BeginOutputReadLine();
        child.process.BeginErrorReadLine();
        if (input is not null)
            child.process.StandardInput.Write(input);
        child.process.StandardInput.Close();
        return child;
    }

    /// <summary>Starts a .NET program that lies beside the tests.</summary>
    public static ChildProcess StartDotnet(string assembly, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null) =>
        Start("dotnet", [Path.Combine(AppContext.BaseDirectory, assembly), .. arguments], environment);

    /// <summary>Runs a program to its end and gives its standard output; throws where it fails.</summary>
    public static async Task<string> OutputOfAsync(
        string file, IEnumerable<string> arguments, string? folder = null, string? input = null, TimeSpan? patience = null,
        IReadOnlyDictionary<string, string>? environment = null)
    {
        await using var child = Start(file, arguments, environment, folder, input);
        var code = await child.ExitAsync(patience);
        return code == 0
            ? string.Join('\n', child.Output)
            : throw new InvalidOperationException($"{file} {string.Join(' ', child.process.StartInfo.ArgumentList)} ended with {code}: {child.Said}");
    }

    /// <summary>Waits for the end, and for all that was said until then; gives the exit code.</summary>
    public async Task<int> ExitAsync(TimeSpan? patience = null)
    {
        using var limit = new CancellationTokenSource(patience ?? Eventually.Patience, TimeProvider.System);
        try
        {
            await process.WaitForExitAsync(limit.Token);
            return process.ExitCode;
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"{process.StartInfo.FileName} {process.Id} did not end; it said: {Said}");
        }
    }

    /// <summary>Whether it ends within the time given; it lives on where it does not.</summary>
    public async Task<bool> HasEndedAsync(TimeSpan patience)
    {
        using var limit = new CancellationTokenSource(patience, TimeProvider.System);
        await process.WaitForExitAsync(limit.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return process.HasExited;
    }

    /// <summary>Waits for a line of standard output that holds <paramref name="part"/>.</summary>
    public async Task<string> SaysAsync(string part, TimeSpan? patience = null)
    {
        await Eventually.SeeAsync(() => Said, _ => HasExited || FindLine(part) is not null, patience, part);
        if (FindLine(part) is { } line)
            return line;
        // What it said last may still be on its way to us.
        var code = await ExitAsync();
        return FindLine(part) ?? throw new InvalidOperationException($"It ended with {code} and without '{part}'; it said: {Said}");
    }

    public void Signal(int number)
    {
        if (SendSignal(process.Id, number) != 0)
            throw new InvalidOperationException($"Signal {number} could not be sent to {process.Id}.");
    }

    public async ValueTask DisposeAsync()
    {
        if (disposed)
            return;
        disposed = true;
        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
        }
        process.Dispose();
    }

    private string? FindLine(string part) => output.FirstOrDefault(line => line.Contains(part, StringComparison.Ordinal));

    private static void Keep(ConcurrentQueue<string> lines, string? line)
    {
        if (line is not null)
            lines.Enqueue(line);
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SendSignal(int process, int signal);
}
