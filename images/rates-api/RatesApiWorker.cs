using System.Net;
using Microsoft.Extensions.Options;
using StockPipeline.Contracts.Time;
using StockPipeline.Contracts.Topics;
using StockPipeline.Hosting.Services;
using StockPipeline.Hosting.Status;
using StockPipeline.RatesApi.Answers;
using StockPipeline.RatesApi.Connections;
using StockPipeline.RatesApi.History;
using StockPipeline.RatesApi.Live;
using StockPipeline.Streaming.Tables;
using StockPipeline.Workers;

namespace StockPipeline.RatesApi;

/// <summary>
/// Serves rates over HTTP from tables in memory: every answer with its age, from bytes that are prepared when a rate changes. Any number of
/// replicas serve the same.
/// </summary>
internal sealed class RatesApiWorker(
    IOptions<RatesApiOptions> options, PipelineClient client, ApiCounts counts, StatusPages pages, Health health, TimeProvider clock,
    ServiceLoggerFactory loggers, ILogger<RatesApiWorker> log) : PipelineWorker
{
    private readonly HealthCheck ready = health.Check("rates");

    protected override async Task RunAsync(CancellationToken cancellationToken)
    {
        ready.Starting("the rates are being read");
        var market = await FollowedClock.FollowAsync(options.Value.Clock, clock, log, cancellationToken);
        var (book, history) = (new AnswerBook(market), new RateHistory());
        var rates = await client.Codecs.RatesAsync(cancellationToken);
        var rows = await client.Codecs.TradeInfoAsync(cancellationToken);
        var candles = await client.Codecs.CandlesAsync(Interval.OneMinute, cancellationToken);
        await Together.RunAsync(
            cancellationToken,
            client.Kafka.ReadTables(TableAssignment.All, book, Table.Of(RatesTopics.Rates, rates, book.Take)).RunAsync,
            client.Kafka.ReadTables(TableAssignment.All, new Unheard(), Table.Of(RatesTopics.TradeInfo, rows, book.TakeRows)).RunAsync,
            client.Kafka.ReadTables(
                TableAssignment.All, history, Table.Of(client.Topics.Candles(Interval.OneMinute), candles, history.Take)).RunAsync,
            ending => ServeAsync(book, history, ending));
    }

    private async Task ServeAsync(AnswerBook book, RateHistory history, CancellationToken cancellationToken)
    {
        // Before all is read a known pair would be answered as an unknown one.
        await book.Complete.WaitAsync(cancellationToken);
        var routes = new RatesRoutes(book, history, new LiveStream(book, counts, clock), counts);
        await using var server = await RatesServer.StartAsync(
            new IPEndPoint(options.Value.Address, options.Value.Port), new FastLane(book, counts, clock), routes, pages.Map, loggers,
            cancellationToken);
        Log.Listening(log, options.Value.Address, server.Port);
        ready.Ready();
        await Task.Delay(Timeout.InfiniteTimeSpan, clock, cancellationToken);
    }

    /// <summary>For a table of which nobody waits to hear that it is read.</summary>
    private sealed class Unheard : ITableHandler
    {
        public void OnAssigned(int partition)
        {
        }
    }
}
