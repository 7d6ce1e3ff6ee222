using System.Runtime.Serialization;

namespace StockPipeline.Contracts.Connections;

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
