using StockPipeline.Streaming.Tables;

namespace StockPipeline.Bench.Streaming;

/// <summary>For readers whose partitions never move.</summary>
internal sealed class NoHandler : ITableHandler
{
    public void OnAssigned(int partition)
    {
    }
}
