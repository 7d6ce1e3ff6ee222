namespace StockPipeline.Contracts.Connections;

/// <summary>How a client proves who it is; the mechanisms that need no more than a name and a password.</summary>
public enum KafkaSaslMechanism
{
    Plain,
    ScramSha256,
    ScramSha512,
}
