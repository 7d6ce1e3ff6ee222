using StockPipeline.Bench.Measure;
using StockPipeline.Testing.Kafka;

namespace StockPipeline.Bench.Broker;

/// <summary>Whether there is an Apache Kafka to be measured beside.</summary>
internal static class Kafka
{
    /// <summary>Says so where there is none: a bar that nobody looked at must not pass in silence.</summary>
    public static bool IsMissing(Report report)
    {
        if (ApacheKafka.Home is not null)
            return false;
        report.Say($"{ApacheKafka.HomeVariable} is not set: the bars beside Apache Kafka are not looked at.");
        return true;
    }
}
