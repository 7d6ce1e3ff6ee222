namespace StockPipeline.Testing.Kafka;

/// <summary>The brokers a suite can run against.</summary>
public enum KafkaKind
{
    /// <summary>Ours, inside the test process.</summary>
    Embedded,

    /// <summary>Apache Kafka, a process of its own; there where KAFKA_HOME names it.</summary>
    Apache,
}
