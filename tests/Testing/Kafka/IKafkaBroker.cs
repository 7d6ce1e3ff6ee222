namespace StockPipeline.Testing.Kafka;

/// <summary>One running broker on a port of its own.</summary>
public interface IKafkaBroker : IAsyncDisposable
{
    string BootstrapServers { get; }
}
