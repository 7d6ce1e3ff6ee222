using System.Globalization;
using System.Net;

namespace StockPipeline.Hosting;

/// <summary>What every process reads, whatever it runs.</summary>
internal sealed record RunnerSettings(LogFormat LogFormat, LogLevel LogLevel, int HealthPort, TimeSpan StartTimeout, TimeSpan StopTimeout)
{
    /// <summary>The health port of a process that serves no status pages.</summary>
    public const int NoPort = -1;

    private const string Off = "off";

    public static RunnerSettings From(Settings settings) => new(
        settings.Choice("LOG_FORMAT", LogFormat.Plain, ("plain", LogFormat.Plain), ("json", LogFormat.Json)),
        settings.Choice("LOG_LEVEL", LogLevel.Information,
            ("trace", LogLevel.Trace), ("debug", LogLevel.Debug), ("information", LogLevel.Information), ("info", LogLevel.Information),
            ("warning", LogLevel.Warning), ("error", LogLevel.Error), ("none", LogLevel.None)),
        settings.Value("HEALTH_PORT", 8080, "a port, 0 for any that is free, or off", TryParsePort, port => port == NoPort ? Off : $"{port}"),
        settings.Duration("START_TIMEOUT", TimeSpan.FromMinutes(2), TimeSpan.FromSeconds(1), TimeSpan.FromHours(1)),
        // Under the ten seconds that Docker leaves a container by default.
        settings.Duration("STOP_TIMEOUT", TimeSpan.FromSeconds(8), TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(10)));

    private static bool TryParsePort(string text, out int port)
    {
        port = NoPort;
        return string.Equals(text, Off, StringComparison.OrdinalIgnoreCase)
            || (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port) && port <= IPEndPoint.MaxPort);
    }
}
