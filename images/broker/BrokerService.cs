using StockPipeline.Broker;
using StockPipeline.Broker.Log;
using StockPipeline.Hosting;
using StockPipeline.Hosting.Status;

namespace StockPipeline.BrokerServer;

/// <summary>The embedded broker as a service of its own.</summary>
public sealed class BrokerService(BrokerOptions options, ILoggerFactory loggers, HealthCheck listening) : IService
{
    public static BrokerService Create(ServiceContext context)
    {
        var settings = context.Settings;
        var options = new BrokerOptions
        {
            DataFolder = settings.Text("KAFKA_DATA", "data/broker"),
            Listen = settings.Text("KAFKA_LISTEN", "127.0.0.1:9092"),
            Advertised = settings.Optional("KAFKA_ADVERTISED"),
            Flush = settings.Choice("KAFKA_FLUSH", FlushPolicy.Interval,
                ("interval", FlushPolicy.Interval), ("always", FlushPolicy.Always), ("os", FlushPolicy.Os)),
            AutoCreateTopics = settings.Flag("KAFKA_AUTO_CREATE_TOPICS", false),
            Clock = context.Clock,
        };
        if (!options.HasUsableAddresses)
        {
            settings.Reject(options.Advertised is null ? "KAFKA_LISTEN" : "KAFKA_ADVERTISED",
                "HOST:PORT; to listen, an IP address, localhost or *, the last only together with KAFKA_ADVERTISED");
        }
        return new BrokerService(options, context.LoggerFactory, context.Health.Check("listening"));
    }

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await using var broker = await EmbeddedBroker.StartAsync(options, loggers, cancellationToken);
        listening.Ready();
        await broker.Ended.WaitAsync(cancellationToken);
    }
}
