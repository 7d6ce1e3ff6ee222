using System.ComponentModel.DataAnnotations;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using StockPipeline.Contracts.Connections;
using StockPipeline.Hosting.Options;
using StockPipeline.Market.Clock;
using StockPipeline.Simulator.Market;

namespace StockPipeline.Simulator;

/// <summary>Holds the variables SIMULATOR_*.</summary>
public sealed class SimulatorSettings : IValidatableObject
{
    // Below the ports that systems hand out to outgoing connections, one of which would sooner or later hold it.
    public const int DefaultPort = 15051;

    public const int DefaultControlPort = 15052;

    /// <summary>Twice what any account has had.</summary>
    private const int MaxStreams = 128;

    [ConfigurationKeyName("SIMULATOR_SEED"), Range(0, int.MaxValue)]
    public int Seed { get; set; } = SimulatorOptions.DefaultSeed;

    [ConfigurationKeyName("SIMULATOR_SPEED"), Range(SimulatedClock.MinSpeed, SimulatedClock.MaxSpeed)]
    public double Speed { get; set; } = 1;

    [ConfigurationKeyName("SIMULATOR_START")]
    public DateTimeOffset? Start { get; set; }

    [ConfigurationKeyName("SIMULATOR_ANCHOR")]
    public string? Anchor { get; set; }

    [ConfigurationKeyName("SIMULATOR_ADDRESS")]
    public IPAddress Address { get; set; } = IPAddress.Loopback;

    [ConfigurationKeyName("SIMULATOR_PORT"), Range(0, IPEndPoint.MaxPort)]
    public int Port { get; set; } = DefaultPort;

    [ConfigurationKeyName("SIMULATOR_CONTROL_PORT"), Range(0, IPEndPoint.MaxPort)]
    public int ControlPort { get; set; } = DefaultControlPort;

    [ConfigurationKeyName("SIMULATOR_CERTIFICATE"), ExistingFile]
    public string? CertificateFile { get; set; }

    [ConfigurationKeyName("SIMULATOR_CERTIFICATE_KEY"), ExistingFile]
    public string? CertificateKeyFile { get; set; }

    [ConfigurationKeyName("SIMULATOR_TOKENS")]
    public Secret? Tokens { get; set; }

    [ConfigurationKeyName("SIMULATOR_STREAMS"), Range(0, MaxStreams)]
    public int Streams { get; set; } = ApiQuotas.DefaultStreams;

    [ConfigurationKeyName("SIMULATOR_REPLAY")]
    public string? ReplayFolder { get; set; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (ReplayFolder is { } folder && !Directory.Exists(folder))
            yield return new ValidationResult("the path of an existing folder", [nameof(ReplayFolder)]);
        if (File.Exists(CertificateFile) && (CertificateKeyFile is null || File.Exists(CertificateKeyFile)) && TryCertificate() is null)
        {
            yield return new ValidationResult(
                "a PEM file with a certificate and, there or in SIMULATOR_CERTIFICATE_KEY, its private key", [nameof(CertificateFile)]);
        }
    }

    public SimulatorOptions ToOptions(ILoggerFactory logs, TimeProvider clock) => new()
    {
        Seed = Seed,
        Speed = Speed,
        Start = Start ?? (Anchor is { } anchor ? MarketAnchor.Now(anchor, Speed, clock) : null),
        Address = Address,
        Port = Port,
        ControlPort = ControlPort,
        Certificate = TryCertificate(),
        Tokens = Tokens is { } tokens
            ? tokens.Reveal().Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).ToHashSet()
            : [],
        Quotas = new ApiQuotas { Streams = Streams },
        ReplayFolder = ReplayFolder,
        LoggerFactory = logs,
        Clock = clock,
    };

    private X509Certificate2? TryCertificate()
    {
        try
        {
            return CertificateFile is { } file ? X509Certificate2.CreateFromPemFile(file, CertificateKeyFile) : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
