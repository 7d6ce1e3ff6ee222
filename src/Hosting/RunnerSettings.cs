namespace StockPipeline.Hosting;

/// <summary>What every process reads, whatever it runs.</summary>
internal sealed record RunnerSettings(LogFormat LogFormat, LogLevel LogLevel, int? HealthPort, TimeSpan StartTimeout, TimeSpan StopTimeout)
{
    public static RunnerSettings From(Settings settings) => new(
        settings.Choice("LOG_FORMAT", LogFormat.Plain, ("plain", LogFormat.Plain), ("json", LogFormat.Json)),
        settings.Choice("LOG_LEVEL", LogLevel.Information,
            ("trace", LogLevel.Trace), ("debug", LogLevel.Debug), ("information", LogLevel.Information), ("info", LogLevel.Information),
            ("warning", LogLevel.Warning), ("error", LogLevel.Error), ("none", LogLevel.None)),
        Port(settings),
        settings.Duration("START_TIMEOUT", TimeSpan.FromMinutes(2), TimeSpan.FromSeconds(1), TimeSpan.FromHours(1)),
        // Under the ten seconds that Docker leaves a container by default.
        settings.Duration("STOP_TIMEOUT", TimeSpan.FromSeconds(8), TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(10)));

    private static int? Port(Settings settings) =>
        string.Equals(settings.Optional("HEALTH_PORT"), "off", StringComparison.OrdinalIgnoreCase) ? null : settings.Port("HEALTH_PORT", 8080);
}
