using StockPipeline.Gateway.Feed;
using StockPipeline.Gateway.Live;
using StockPipeline.Gateway.Rest;
using StockPipeline.Gateway.Series;

namespace StockPipeline.Gateway.Pipeline;

/// <summary>The pipeline as the gateway sees it: how fast each topic speaks, how old its newest word is, and how the services are.</summary>
internal sealed class PipelinePages(MarketTables tables, LiveHub hub, StatusWatch watch, string source, TimeProvider clock, TimeProvider market)
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(5);

    private readonly Dictionary<SeriesTopic, (long Records, double Rate)> counts = [];
    private readonly Lock gate = new();
    private long countedAt = clock.GetTimestamp();

    public void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/api/pipeline", () => TypedResults.Ok(Look())).WithName("pipeline").WithTags("pipeline")
            .WithSummary("Topics with their rates and the age of their newest record, services with state and lag.");

    /// <summary>Counts, once in a while, what has come since.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var beat = new PeriodicTimer(Window, clock);
        while (await beat.WaitForNextTickAsync(cancellationToken))
            Count();
    }

    private void Count()
    {
        lock (gate)
        {
            var now = clock.GetTimestamp();
            var seconds = clock.GetElapsedTime(countedAt, now).TotalSeconds;
            countedAt = now;
            foreach (var topic in tables.Topics)
            {
                var records = topic.Records;
                var before = counts.GetValueOrDefault(topic);
                counts[topic] = (records, topic.IsLive && before.Records > 0 ? (records - before.Records) / seconds : 0);
            }
        }
    }

    private PipelineAnswer Look()
    {
        var now = clock.GetUtcNow();
        List<TopicAnswer> topics;
        lock (gate)
        {
            topics =
            [
                .. tables.Topics.OrderBy(topic => topic.Shape.Name, StringComparer.Ordinal).ThenBy(topic => topic.Interval)
                    .Select(topic => new TopicAnswer(topic.Name, topic.Shape.Name, topic.Interval.Name, topic.IsLive, topic.Records,
                        Math.Round(counts.GetValueOrDefault(topic).Rate, 2), Age(topic, now), topic.All.Count(series => series.Count > 0))),
            ];
        }
        return new PipelineAnswer(now, market.GetUtcNow(), source, tables.Config.Current.Instruments.Count, hub.Sockets,
            Math.Round(topics.Where(topic => topic.Stream != StreamShape.Candles.Name).Sum(topic => topic.Rate), 2),
            tables.Gaps.All.Count(GapTable.IsOpen), topics, watch.Services);
    }

    private static double? Age(SeriesTopic topic, DateTimeOffset now)
    {
        var newest = topic.All.Select(series => series.Written).DefaultIfEmpty().Max();
        return newest == 0 ? null : Math.Max(0, Math.Round((now - DateTimeOffset.FromUnixTimeMilliseconds(newest)).TotalSeconds, 1));
    }
}
