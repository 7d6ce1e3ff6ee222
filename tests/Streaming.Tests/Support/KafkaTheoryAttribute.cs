using StockPipeline.Testing.Kafka;

namespace StockPipeline.StreamingTests.Support;

/// <summary>
/// A test of what only Apache Kafka has; where KAFKA_HOME names none it is skipped, and the runner says and counts that.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class KafkaTheoryAttribute : TheoryAttribute
{
    public KafkaTheoryAttribute()
    {
        if (ApacheKafka.Home is null)
            Skip = $"{ApacheKafka.HomeVariable} names no Apache Kafka";
    }
}
