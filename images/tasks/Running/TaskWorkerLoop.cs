using StockPipeline.Hosting.Telemetry;
using StockPipeline.TaskBoard;
using StockPipeline.TaskWorkers.Comparing;
using StockPipeline.TaskWorkers.Kinds;
using StockPipeline.TaskWorkers.Reading;
using StockPipeline.Workers;

namespace StockPipeline.TaskWorkers.Running;

/// <summary>All that one replica consists of: what it reads beside the orders, and the kinds it can do.</summary>
public sealed class TaskWorkerLoop(
    PipelineClient client, TaskWorkerOptions options, TimeProvider market, Metrics metrics, TimeProvider clock, ILoggerFactory logs)
{
    /// <summary>Kinds beside those of the product.</summary>
    public IReadOnlyList<ITaskRunner> More { get; init; } = [];

    /// <summary>Who else calculates indicators, by name.</summary>
    internal IReadOnlyDictionary<string, IForeignValues> Sources { get; init; } = new Dictionary<string, IForeignValues>();

    /// <summary>Called when orders are taken.</summary>
    public Action Ready { get; init; } = static () => { };

    /// <summary>Another one in each life: what a worker of the same machine claimed before it died is not ours.</summary>
    public string Name { get; init; } = $"{Environment.MachineName}-{Guid.CreateVersion7(clock.GetUtcNow()):N}";

    /// <summary>Works until stop is asked for.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var (kafka, topics, codecs) = (client.Kafka, client.Topics, client.Codecs);
        var writers = await TaskWriters.OpenAsync(kafka, codecs, cancellationToken);
        var table = new TaskTable(kafka, writers.Decoder);
        var results = new TaskResults(kafka, writers.Decoder, await codecs.TaskChunksAsync(cancellationToken));
        var cancellations = new Cancellations(kafka, await codecs.TaskControlsAsync(cancellationToken));
        var config = new ConfigTable(client);
        var gaps = await codecs.GapsAsync(cancellationToken);
        var answers = new LedgerAnswers(kafka, topics, gaps);
        var candles = new CandleScan(kafka, topics, codecs);
        var questions = new LedgerQuestions(
            kafka.WriteTo(topics.Gaps, gaps), kafka.WriteTo(topics.HistoryAction, await codecs.HistoryTasksAsync(cancellationToken)), answers,
            () => config.Current, clock);
        ITaskRunner[] runners =
        [
            new AggregateRunner(candles, () => config.Current),
            new CompletenessRunner(candles, new LedgerScan(kafka, topics, codecs), () => config.Current, market),
            new ExportRunner(candles, () => config.Current),
            new BackfillRunner(questions, () => config.Current, market, clock), new RefreshRunner(questions, () => config.Current, market),
            new IndicatorRunner(candles, () => config.Current), new CompareRunner(candles, Sources, () => config.Current, market),
            .. More,
        ];
        using var gates = new Gates(options.Light, options.Heavy, options.Waiting);
        var worker = new TaskWorker(
            kafka, table, writers, results, cancellations, runners.ToDictionary(runner => runner.Kind.Name), gates, Name, metrics, clock,
            logs.CreateLogger<TaskWorker>());
        await Together.RunAsync(
            cancellationToken, table.RunAsync, cancellations.RunAsync, config.RunAsync, answers.RunAsync,
            async ending =>
            {
                await config.Complete.WaitAsync(ending);
                await table.Complete.WaitAsync(ending);
                await answers.Complete.WaitAsync(ending);
                Ready();
                await worker.RunAsync(ending);
            });
    }
}
