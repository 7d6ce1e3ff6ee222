using Microsoft.Extensions.Logging.Console;

namespace StockPipeline.Hosting;

/// <summary>Sets up the log of a process: one line each, in UTC, on standard output.</summary>
internal static class ConsoleLogging
{
    private const int LongestQueue = 10_000;
    private const string PlainTime = "yyyy-MM-ddTHH:mm:ss.fffZ ";

    public static void AddConsoleLines(this ILoggingBuilder logging, ProcessOptions options)
    {
        var level = options.LogLevel;
        logging.SetMinimumLevel(level);
        // The platform's own steps tell a user nothing that we do not say; a health check that fails is on the health page.
        var ofPlatform = level > LogLevel.Warning ? level : LogLevel.Warning;
        logging.AddFilter((category, said) => !IsOf(category, "Microsoft.Extensions.Diagnostics.HealthChecks")
            && said >= (IsOf(category, "Microsoft.") ? ofPlatform : level));
        if (options.LogFormat == "json")
        {
            logging.AddJsonConsole(json =>
            {
                json.UseUtcTimestamp = true;
                json.TimestampFormat = "O";
            });
        }
        else
        {
            logging.AddSimpleConsole(plain =>
            {
                plain.SingleLine = true;
                plain.UseUtcTimestamp = true;
                plain.TimestampFormat = PlainTime;
                plain.ColorBehavior = LoggerColorBehavior.Disabled;
            });
        }
        logging.Services.Configure<ConsoleLoggerOptions>(console => console.MaxQueueLength = LongestQueue);
    }

    /// <summary>In a process of several services a category begins with the service's name and a slash.</summary>
    private static bool IsOf(string? category, string prefix) =>
        category is not null && category.AsSpan(category.IndexOf('/', StringComparison.Ordinal) + 1).StartsWith(prefix, StringComparison.Ordinal);
}
