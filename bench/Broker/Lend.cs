using StockPipeline.Testing.Kafka;

namespace StockPipeline.Bench.Broker;

/// <summary>Has a broker used: one that runs, or one that is started for it and stopped afterwards.</summary>
internal delegate Task Lend(Func<IKafkaBroker, Task> use);
