using System.Runtime.Serialization;

namespace StockPipeline.Contracts.Connections;

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
