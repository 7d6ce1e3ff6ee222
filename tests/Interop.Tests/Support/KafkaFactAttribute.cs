using StockPipeline.Testing.Kafka;

namespace StockPipeline.InteropTests.Support;

/// <summary>
/// A test that needs a distribution of Apache Kafka; where KAFKA_HOME names none it is skipped, and the runner says and counts that.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class KafkaFactAttribute : FactAttribute
{
    public KafkaFactAttribute()
    {
        if (ApacheKafka.Home is null)
            Skip = $"{ApacheKafka.HomeVariable} names no Apache Kafka";
    }
}
