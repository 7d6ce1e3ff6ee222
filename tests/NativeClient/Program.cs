using System.Runtime.CompilerServices;
using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using StockPipeline.Contracts.Connections;
using StockPipeline.Streaming;
using StockPipeline.Streaming.Metrics;

// Says which native Kafka client answers: by itself, as a program does that does not know ours, or in a client of ours.
if (args is ["bare"])
    Console.WriteLine($"librdkafka {Bare()}");
else
    await ClientAsync();

[MethodImpl(MethodImplOptions.NoInlining)]
static string Bare() => Library.VersionString;

[MethodImpl(MethodImplOptions.NoInlining)]
static async Task ClientAsync()
{
    using var loggers = LoggerFactory.Create(logging => logging.AddSimpleConsole(console => console.SingleLine = true));
    var connection = new KafkaConnection { BootstrapServers = "127.0.0.1:1" };
    await using var client = new KafkaClient(connection, "native", loggers, NoMetrics.Instance, TimeProvider.System);
    Console.WriteLine($"librdkafka {PackagedLibrdkafka.Version}");
}
