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

    public bool UsesSasl => SecurityProtocol is KafkaSecurityProtocol.SaslPlaintext or KafkaSecurityProtocol.SaslSsl;

    public bool UsesTls => SecurityProtocol is KafkaSecurityProtocol.Ssl or KafkaSecurityProtocol.SaslSsl;
}
