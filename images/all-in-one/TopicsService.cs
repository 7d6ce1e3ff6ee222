using StockPipeline.Contracts.Connections;
using StockPipeline.Hosting;
using StockPipeline.Hosting.Status;
using StockPipeline.Streaming.Provisioning;
using StockPipeline.Workers;

namespace StockPipeline.AllInOne;

/// <summary>Makes the topics that are not there and registers all schemas; then it has nothing more to do.</summary>
internal sealed class TopicsService : IService, IAsyncDisposable
{
    private readonly PipelineClient client;
    private readonly KafkaConnection kafka;
    private readonly HealthCheck ready;

    private TopicsService(ServiceContext context)
    {
        client = new PipelineClient(context);
        kafka = context.Settings.Kafka();
        ready = context.Health.Check("topics");
    }

    public static IService Create(ServiceContext context) => new TopicsService(context);

    public async Task RunAsync(CancellationToken stop)
    {
        var context = client.Context;
        // Nothing is recreated: the services bring every topic up to date by themselves.
        await new TopicProvisioner(kafka, context.Logger<TopicProvisioner>(), context.Clock).ProvisionAsync(client.Topics.All, recreate: false, stop);
        await client.Codecs.RegisterAllAsync(stop);
        ready.Ready($"{client.Topics.All.Count} topics");
        await Task.Delay(Timeout.InfiniteTimeSpan, context.Clock, stop);
    }

    public ValueTask DisposeAsync() => client.DisposeAsync();
}
