using System.Globalization;
using System.Text;

namespace StockPipeline.AllInOne.Watching;

/// <summary>Takes every line of the log: into the files, and the last ones into memory for whoever looks at the terminal.</summary>
internal sealed class WatchedLog(LogFiles files, TimeProvider clock) : ILoggerProvider
{
    private const int LastLines = 200;

    private readonly Lock gate = new();
    private readonly Queue<string> last = new();
    private string? lastProblem;
    private long problems;

    /// <summary>Warnings and errors so far, and the last of them.</summary>
    public (long Count, string? Last) Problems
    {
        get
        {
            lock (gate)
                return (problems, lastProblem);
        }
    }

    /// <summary>The newest lines, the oldest of them first.</summary>
    public IReadOnlyList<string> Last(int count)
    {
        lock (gate)
            return [.. last.Skip(Math.Max(0, last.Count - count))];
    }

    public ILogger CreateLogger(string categoryName) => new Category(this, categoryName);

    public void Dispose()
    {
        // The files are closed by whoever opened them, after the last line.
    }

    private void Take(LogLevel level, string category, string message, Exception? exception)
    {
        var time = clock.GetUtcNow().ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);
        var line = new StringBuilder().Append(time).Append(' ').Append(Short(level)).Append(": ").Append(category).Append(' ').Append(message);
        if (exception is not null)
            line.Append(' ').Append(exception.ToString().ReplaceLineEndings(" "));
        var text = line.ToString();
        files.Add(text);
        lock (gate)
        {
            last.Enqueue(text);
            if (last.Count > LastLines)
                last.Dequeue();
            if (level < LogLevel.Warning)
                return;
            problems++;
            lastProblem = $"{time[11..19]} {category.Split('/')[0]}: {message}";
        }
    }

    private static string Short(LogLevel level) => level switch
    {
        LogLevel.Trace => "trce",
        LogLevel.Debug => "dbug",
        LogLevel.Information => "info",
        LogLevel.Warning => "warn",
        LogLevel.Error => "fail",
        _ => "crit",
    };

    private sealed class Category(WatchedLog log, string name) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            log.Take(logLevel, string.Create(CultureInfo.InvariantCulture, $"{name}[{eventId.Id}]"), formatter(state, exception), exception);
    }
}
