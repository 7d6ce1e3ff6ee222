namespace StockPipeline.Contracts.Connections;

/// <summary>How a client talks to a broker; the four that Kafka knows.</summary>
public enum KafkaSecurityProtocol
{
    Plaintext,
    Ssl,
    SaslPlaintext,
    SaslSsl,
}
