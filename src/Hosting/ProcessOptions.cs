using System.ComponentModel.DataAnnotations;
using System.Net;
using StockPipeline.Hosting.Options;

namespace StockPipeline.Hosting;

/// <summary>What every process reads, whatever it runs.</summary>
public sealed class ProcessOptions
{
    [ConfigurationKeyName("LOG_FORMAT"), AllowedValues("plain", "json")]
    public string LogFormat { get; set; } = "plain";

    [ConfigurationKeyName("LOG_LEVEL"), AllowedValues("trace", "debug", "information", "info", "warning", "error", "none")]
    public string LogLevelName { get; set; } = "information";

    /// <summary>Where health and metrics are served.</summary>
    [ConfigurationKeyName("HEALTH_PORT")]
    public HealthPort HealthPort { get; set; } = new(8080);

    /// <summary>This machine alone unless somebody says otherwise, as containers do.</summary>
    [ConfigurationKeyName("HEALTH_ADDRESS")]
    public IPAddress HealthAddress { get; set; } = IPAddress.Loopback;

    [ConfigurationKeyName("START_TIMEOUT"), DurationRange("1s", "1h")]
    public TimeSpan StartTimeout { get; set; } = TimeSpan.FromMinutes(2);

    // Under the ten seconds that Docker leaves a container by default.
    [ConfigurationKeyName("STOP_TIMEOUT"), DurationRange("100ms", "10m")]
    public TimeSpan StopTimeout { get; set; } = TimeSpan.FromSeconds(8);

    internal LogLevel LogLevel => LogLevelName == "info" ? LogLevel.Information : Enum.Parse<LogLevel>(LogLevelName, ignoreCase: true);
}

/// <summary>A port, or none.</summary>
/// <param name="Number">Null where nothing is served; 0 for any that is free.</param>
public sealed record HealthPort(int? Number)
{
    public const string Allowed = "a port, 0 for any that is free, or off";

    private const string Off = "off";

    public static bool TryParse(string text, out HealthPort? port)
    {
        port = null;
        if (string.Equals(text, Off, StringComparison.OrdinalIgnoreCase))
            port = new HealthPort((int?)null);
        else if (ushort.TryParse(text, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var number))
            port = new HealthPort(number);
        return port is not null;
    }

    public override string ToString() => Number is { } number ? $"{number}" : Off;
}
