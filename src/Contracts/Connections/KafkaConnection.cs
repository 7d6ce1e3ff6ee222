using System.Runtime.Serialization;

namespace StockPipeline.Contracts.Connections;

/// <summary>Where Kafka is and how to get in.</summary>
public sealed record KafkaConnection
{
    /// <summary>Comma-separated <c>host:port</c>, as every Kafka client takes them.</summary>
    public required string BootstrapServers { get; init; }

    public KafkaSecurityProtocol SecurityProtocol { get; init; } = KafkaSecurityProtocol.Plaintext;

    /// <summary>Set exactly when <see cref="UsesSasl"/>.</summary>
    public KafkaSaslMechanism? SaslMechanism { get; init; }

    public string? Username { get; init; }

    public Secret? Password { get; init; }

    /// <summary>A PEM file with the authorities to trust; without it the system's own are trusted.</summary>
    public string? CaFile { get; init; }

    /// <summary>A PEM file with our own certificate and its key, for brokers that ask who we are.</summary>
    public string? CertificateFile { get; init; }

    /// <summary>Opens the key in <see cref="CertificateFile"/>, where it is encrypted.</summary>
    public Secret? KeyPassword { get; init; }

    /// <summary>Where we stand, in the brokers' words: records are then read from the nearest replica.</summary>
    public string? Rack { get; init; }

    public bool UsesSasl => SecurityProtocol is KafkaSecurityProtocol.SaslPlaintext or KafkaSecurityProtocol.SaslSsl;

    public bool UsesTls => SecurityProtocol is KafkaSecurityProtocol.Ssl or KafkaSecurityProtocol.SaslSsl;
}

/// <summary>How a client talks to a broker; the four that Kafka knows.</summary>
public enum KafkaSecurityProtocol
{
    [EnumMember(Value = "plaintext")]
    Plaintext,

    [EnumMember(Value = "ssl")]
    Ssl,

    [EnumMember(Value = "sasl_plaintext")]
    SaslPlaintext,

    [EnumMember(Value = "sasl_ssl")]
    SaslSsl,
}

/// <summary>How a client proves who it is; the mechanisms that need no more than a name and a password.</summary>
public enum KafkaSaslMechanism
{
    [EnumMember(Value = "PLAIN")]
    Plain,

    [EnumMember(Value = "SCRAM-SHA-256")]
    ScramSha256,

    [EnumMember(Value = "SCRAM-SHA-512")]
    ScramSha512,
}
