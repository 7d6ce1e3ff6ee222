using Microsoft.Extensions.Logging.Console;

namespace StockPipeline.Hosting;

/// <summary>Makes the log of a process: one line each, in UTC, on standard output.</summary>
internal static class Logs
{
    private const int LongestQueue = 10_000;
    private const string PlainTime = "yyyy-MM-ddTHH:mm:ss.fffZ ";

    public static ILoggerFactory Create(LogFormat format, LogLevel level) => LoggerFactory.Create(logging =>
    {
        logging.SetMinimumLevel(level);
        // The host's own steps tell a user nothing that the runner does not say.
        var ofHost = level > LogLevel.Warning ? level : LogLevel.Warning;
        logging.AddFilter((category, said) => said >= (IsOfHost(category) ? ofHost : level));
        if (format == LogFormat.Json)
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
    });

    /// <summary>In a process of several services a category begins with the service's name and a slash.</summary>
    private static bool IsOfHost(string? category) =>
        category is not null && category[(category.IndexOf('/', StringComparison.Ordinal) + 1)..].StartsWith("Microsoft.", StringComparison.Ordinal);
}
