using StockPipeline.Hosting.Status;
using StockPipeline.Streaming.Tables;

namespace StockPipeline.Websocket.Feeds;

/// <summary>Passes on what happens to the partition and says in the health check whether its values are there.</summary>
internal sealed class ReadyHandler(InstrumentFeeds feeds, HealthCheck ready) : ITableHandler
{
    public void OnAssigned(int partition) => feeds.OnAssigned(partition);

    public void OnAllCaughtUp()
    {
        feeds.OnAllCaughtUp();
        ready.Ready();
    }

    public ValueTask OnRevokedAsync(int partition, CancellationToken cancellationToken)
    {
        ready.Starting("the topic is read anew");
        return feeds.OnRevokedAsync(partition, cancellationToken);
    }
}
