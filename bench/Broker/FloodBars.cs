using StockPipeline.Bench.Measure;

namespace StockPipeline.Bench.Broker;

/// <param name="Rate">Records per second through our broker.</param>
/// <param name="BesideClient">That beside what the client does alone on the same machine.</param>
/// <param name="BesideKafka">That beside Apache Kafka under the same client.</param>
internal sealed record FloodBars(Bar? Rate = null, Bar? BesideClient = null, Bar? BesideKafka = null);
