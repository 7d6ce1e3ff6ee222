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
        logging.AddFilter("Microsoft", level > LogLevel.Warning ? level : LogLevel.Warning);
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
}
