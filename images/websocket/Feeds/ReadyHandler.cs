using StockPipeline.Hosting.Status;
using StockPipeline.Streaming.Tables;

namespace StockPipeline.Websocket.Feeds;

/// <summary>Passes on what happens to the partition and says in the health check whether its values are there.</summary>
internal sealed class ReadyHandler(InstrumentFeeds feeds, HealthCheck ready) : ITableHandler
{
    public void Assigned(int partition) => feeds.Assigned(partition);

    public void AllCaughtUp()
    {
        feeds.AllCaughtUp();
        ready.Ready();
    }

    public void Revoked(int partition)
    {
        ready.Starting("the topic is read anew");
        feeds.Revoked(partition);
    }
}
