using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using StockPipeline.Hosting;
using StockPipeline.Market.Clock;

namespace StockPipeline.Simulator;

/// <summary>Reads the variables SIMULATOR_*.</summary>
public static class SimulatorSettings
{
    // Below the ports that systems hand out to outgoing connections, one of which would sooner or later hold it.
    public const int DefaultPort = 15051;

    public const int DefaultControlPort = 15052;

    /// <summary>Twice what any account has had.</summary>
    private const int MaxStreams = 128;

    public static SimulatorOptions Read(Settings settings, ILoggerFactory logs, TimeProvider clock)
    {
        var options = new SimulatorOptions
        {
            Seed = settings.WholeNumber("SIMULATOR_SEED", SimulatorOptions.DefaultSeed, 0, int.MaxValue),
            Speed = settings.Number("SIMULATOR_SPEED", 1, SimulatedClock.MinSpeed, SimulatedClock.MaxSpeed),
            Start = settings.IsSet("SIMULATOR_START")
                ? settings.Value("SIMULATOR_START", DateTimeOffset.UnixEpoch, "an instant in UTC such as 2026-11-20T06:45:00Z", TryInstant, Show)
                : null,
            Address = settings.Value("SIMULATOR_ADDRESS", IPAddress.Loopback, "an IP address to listen on, such as 127.0.0.1 or 0.0.0.0", TryAddress),
            Port = settings.Port("SIMULATOR_PORT", DefaultPort),
            ControlPort = settings.Port("SIMULATOR_CONTROL_PORT", DefaultControlPort),
            Certificate = Certificate(settings),
            Tokens = Tokens(settings),
            Quotas = new ApiQuotas
            {
                Streams = settings.WholeNumber("SIMULATOR_STREAMS", ApiQuotas.DefaultStreams, 0, MaxStreams),
            },
            ReplayFolder = settings.Optional("SIMULATOR_REPLAY"),
            LoggerFactory = logs,
            Clock = clock,
        };
        if (options.ReplayFolder is { } folder && !Directory.Exists(folder))
            settings.Reject("SIMULATOR_REPLAY", "the path of an existing folder");
        return options;
    }

    private static HashSet<string> Tokens(Settings settings) => settings.Secret("SIMULATOR_TOKENS") is { } tokens
        ? [.. tokens.Reveal().Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)]
        : [];

    private static X509Certificate2? Certificate(Settings settings)
    {
        var certificate = settings.ExistingFile("SIMULATOR_CERTIFICATE");
        var key = settings.ExistingFile("SIMULATOR_CERTIFICATE_KEY");
        if (!File.Exists(certificate) || (key is not null && !File.Exists(key)))
            return null;
        try
        {
            return X509Certificate2.CreateFromPemFile(certificate, key);
        }
        catch (CryptographicException)
        {
            settings.Reject("SIMULATOR_CERTIFICATE", "a PEM file with a certificate and, there or in SIMULATOR_CERTIFICATE_KEY, its private key");
            return null;
        }
    }

    private static string Show(DateTimeOffset instant) => instant.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static bool TryInstant(string text, out DateTimeOffset instant) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out instant);

    private static bool TryAddress(string text, [NotNullWhen(true)] out IPAddress? address) => IPAddress.TryParse(text, out address);
}
