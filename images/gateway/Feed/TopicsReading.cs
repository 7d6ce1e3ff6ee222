using StockPipeline.Gateway.Series;
using StockPipeline.Streaming.Tables;

namespace StockPipeline.Gateway.Feed;

/// <summary>Begins topics anew when their reader does, and lets them speak once everything there was has been read.</summary>
/// <param name="journal">What it has noted is said between batches; null where nothing is noted.</param>
internal sealed class TopicsReading(RevisionJournal? journal = null) : ITableHandler
{
    private readonly List<(SeriesTopic Topic, Table Table)> read = [];

    public Table[] Tables => [.. read.Select(one => one.Table)];

    public void Add(SeriesTopic topic, Table table) => read.Add((topic, table));

    public void OnAssigned(int partition)
    {
        journal?.Reach.Begin(partition);
        foreach (var (topic, _) in read)
            topic.Clear(partition);
    }

    public ValueTask OnCaughtUpAsync(int partition, CancellationToken cancellationToken)
    {
        journal?.Reach.CaughtUp(partition);
        return ValueTask.CompletedTask;
    }

    public ValueTask OnTickAsync(CancellationToken cancellationToken) => journal?.SayAsync(cancellationToken) ?? ValueTask.CompletedTask;

    public void OnAllCaughtUp()
    {
        foreach (var (topic, table) in read)
            topic.GoLive(table.Incarnation);
    }
}
