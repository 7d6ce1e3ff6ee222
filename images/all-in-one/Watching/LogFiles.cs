using System.Globalization;
using System.Text;
using System.Threading.Channels;

namespace StockPipeline.AllInOne.Watching;

/// <summary>
/// Writes the log of the process to files in a folder: a new one when the one under way is large or old, and the oldest go when there are too many.
/// Whoever logs never waits for the disk; what is too much at once is counted and left out.
/// </summary>
internal sealed class LogFiles : IAsyncDisposable
{
    public const string Current = "stockpipeline.log";

    private const int LongestQueue = 20_000;
    private const int FlushEvery = 256;

    private readonly Channel<string> lines = Channel.CreateBounded<string>(
        new BoundedChannelOptions(LongestQueue) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });
    private readonly string folder;
    private readonly LogFileLimits limits;
    private readonly TimeProvider clock;
    private readonly Task writing;
    private long leftOut;

    public LogFiles(string folder, LogFileLimits limits, TimeProvider clock)
    {
        this.folder = folder;
        this.limits = limits;
        this.clock = clock;
        writing = Task.Run(WriteAsync);
    }

    public void Add(string line)
    {
        if (!lines.Writer.TryWrite(line))
            Interlocked.Increment(ref leftOut);
    }

    public async ValueTask DisposeAsync()
    {
        lines.Writer.TryComplete();
        await writing;
    }

    private async Task WriteAsync()
    {
        var path = Path.Combine(folder, Current);
        StreamWriter? file = null;
        var began = DateTimeOffset.MinValue;
        var (length, lineNumber) = (0L, 0);
        try
        {
            await foreach (var line in lines.Reader.ReadAllAsync())
            {
                if (file is null || length > limits.Bytes || clock.GetUtcNow() - began > limits.Age)
                {
                    if (file is not null)
                        await file.DisposeAsync();
                    Rotate(path);
                    file = new StreamWriter(path, append: true, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
                    (began, length) = (clock.GetUtcNow(), 0);
                }
                await file.WriteLineAsync(line);
                length += line.Length;
                // What was said last matters most after a kill: nothing stays in memory while there is nothing more to write.
                if (!lines.Reader.TryPeek(out _) || ++lineNumber % FlushEvery == 0)
                    await file.FlushAsync();
                if (Interlocked.Exchange(ref leftOut, 0) is var lost and > 0)
                    await file.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{lost} lines came faster than they could be written"));
            }
        }
        catch (IOException full)
        {
            // A disk that takes no more ends the log and not the pipeline.
            await Console.Error.WriteLineAsync($"the log in {folder} cannot be written: {full.Message}");
        }
        finally
        {
            if (file is not null)
                await file.DisposeAsync();
        }
    }

    private void Rotate(string path)
    {
        // Only with the first line: a process that refuses its settings leaves nothing behind.
        Directory.CreateDirectory(folder);
        if (!File.Exists(path))
            return;
        var stamp = clock.GetUtcNow().ToString("yyyyMMdd-HHmmss-fff", CultureInfo.InvariantCulture);
        var turn = 0;
        string old;
        do
            old = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"stockpipeline-{stamp}-{turn++:D3}.log"));
        while (File.Exists(old));
        File.Move(path, old);
        var oldest = clock.GetUtcNow() - limits.Kept;
        foreach (var (file, place) in new DirectoryInfo(folder).GetFiles("stockpipeline-*.log")
            .OrderByDescending(one => one.Name, StringComparer.Ordinal).Select((one, place) => (one, place)))
        {
            if (place >= limits.Files || file.LastWriteTimeUtc < oldest.UtcDateTime)
                file.Delete();
        }
    }
}

/// <summary>When a new file is begun, and which old ones go.</summary>
internal sealed record LogFileLimits
{
    public long Bytes { get; init; } = 16 * 1024 * 1024;

    public TimeSpan Age { get; init; } = TimeSpan.FromDays(1);

    /// <summary>Old files beside the one under way.</summary>
    public int Files { get; init; } = 10;

    public TimeSpan Kept { get; init; } = TimeSpan.FromDays(14);
}
