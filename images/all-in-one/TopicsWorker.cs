using Microsoft.Extensions.Options;
using StockPipeline.Hosting;
using StockPipeline.Hosting.Options;
using StockPipeline.Hosting.Services;
using StockPipeline.Hosting.Status;
using StockPipeline.Streaming.Provisioning;
using StockPipeline.Workers;

namespace StockPipeline.AllInOne;

/// <summary>Makes the topics that are not there and registers all schemas; then it has nothing more to do.</summary>
internal sealed class TopicsWorker(PipelineClient client, IOptions<KafkaOptions> kafka, ILogger<TopicProvisioner> log) : PipelineWorker
{
    private readonly HealthCheck ready = client.Health.Check("topics");

    protected override async Task RunAsync(CancellationToken cancellationToken)
    {
        // Nothing is recreated: the services bring every topic up to date by themselves.
        await new TopicProvisioner(kafka.Value.Connection, log, client.Clock).ProvisionAsync(client.Topics.All, recreate: false, cancellationToken);
        await client.Codecs.RegisterAllAsync(cancellationToken);
        ready.Ready($"{client.Topics.All.Count} topics");
        await Task.Delay(Timeout.InfiniteTimeSpan, client.Clock, cancellationToken);
    }
}

internal static class TopicsRegistration
{
    public static void AddTopics(this IHostApplicationBuilder builder, params IEnumerable<Setting> settings) =>
        builder.AddService<TopicsWorker>("topics", settings).WithPipelineClient();
}
