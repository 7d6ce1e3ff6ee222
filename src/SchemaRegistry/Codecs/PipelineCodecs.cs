using StockPipeline.Avro.Records;
using StockPipeline.Contracts.Rates;
using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Tasks;
using StockPipeline.Contracts.Time;
using StockPipeline.Contracts.Topics;

namespace StockPipeline.SchemaRegistry.Codecs;

/// <summary>
/// The codec of each topic. Each call registers the schema under the topic's subject, which changes nothing where it stands already.
/// </summary>
public sealed class PipelineCodecs(ISchemaRegistry registry, PipelineTopics topics, TimeProvider clock, CodecOptions? options = null)
{
    private readonly CodecOptions options = options ?? CodecOptions.Default;

    /// <summary>Those of the product catalog.</summary>
    public CatalogCodecs Catalog => new(this);

    /// <summary>Those of alerts and of the bot.</summary>
    public AlertCodecs Alerts => new(this);

    internal PipelineTopics Topics => topics;

    public Task<ConfluentAvroCodec<Candle>> CandlesAsync(Interval interval, CancellationToken stop) =>
        OfAsync(topics.Candles(interval), AvroFormats.Candle, stop);

    public Task<ConfluentAvroCodec<MacdValue>> MacdAsync(Interval interval, CancellationToken stop) =>
        OfAsync(topics.Macd(interval), AvroFormats.MacdValue, stop);

    public Task<ConfluentAvroCodec<IndicatorValue>> IndicatorAsync(string indicator, Interval interval, CancellationToken stop) =>
        OfAsync(PipelineTopics.OfIndicator(indicator, interval), AvroFormats.IndicatorValue, stop);

    public Task<ConfluentAvroCodec<Signal>> SignalsAsync(CancellationToken stop) => OfAsync(topics.Signals, AvroFormats.Signal, stop);

    public Task<ConfluentAvroCodec<CandleRevision>> CandleRevisionsAsync(CancellationToken stop) =>
        OfAsync(RevisionTopics.CandleRevisions, AvroFormats.CandleRevision, stop);

    public Task<ConfluentAvroCodec<Gap>> GapsAsync(CancellationToken stop) => OfAsync(topics.Gaps, AvroFormats.Gap, stop);

    public Task<ConfluentAvroCodec<HistoryTask>> HistoryTasksAsync(CancellationToken stop) =>
        OfAsync(topics.HistoryAction, AvroFormats.HistoryTask, stop);

    public Task<ConfluentAvroCodec<Rate>> RatesAsync(CancellationToken stop) => OfAsync(RatesTopics.Rates, AvroFormats.Rate, stop);

    public Task<ConfluentAvroCodec<TradeInfo>> TradeInfoAsync(CancellationToken stop) =>
        OfAsync(RatesTopics.TradeInfo, AvroFormats.TradeInfo, stop);

    public Task<ConfigRecordCodec> ConfigAsync(CancellationToken stop) =>
        ConfigRecordCodec.RegisterAsync(registry, topics.Config.Name, clock, options, stop);

    /// <summary>Of both topics that hold whole tasks: what is to be run, and what is known.</summary>
    public async Task<ConfluentAvroCodec<TaskState>> TaskStatesAsync(CancellationToken stop)
    {
        await OfAsync(TaskTopics.Orders, AvroFormats.TaskState, stop);
        return await OfAsync(TaskTopics.States, AvroFormats.TaskState, stop);
    }

    public Task<ConfluentAvroCodec<TaskControl>> TaskControlsAsync(CancellationToken stop) =>
        OfAsync(TaskTopics.Control, AvroFormats.TaskControl, stop);

    public Task<ConfluentAvroCodec<TaskProgress>> TaskProgressAsync(CancellationToken stop) =>
        OfAsync(TaskTopics.Progress, AvroFormats.TaskProgress, stop);

    public Task<ConfluentAvroCodec<TaskChunk>> TaskChunksAsync(CancellationToken stop) =>
        OfAsync(TaskTopics.Results, AvroFormats.TaskChunk, stop);

    public Task<ConfluentAvroCodec<TaskSchedule>> SchedulesAsync(CancellationToken stop) =>
        OfAsync(TaskTopics.Schedules, AvroFormats.TaskSchedule, stop);

    public Task<ConfluentAvroCodec<PromotedIndicator>> PromotedIndicatorsAsync(CancellationToken stop) =>
        OfAsync(IndicatorTopics.Promoted, AvroFormats.PromotedIndicator, stop);

    public Task<ConfluentAvroCodec<RequestTurn>> RequestTurnsAsync(CancellationToken stop) =>
        OfAsync(PolygonTopics.Turns, AvroFormats.RequestTurn, stop);

    /// <summary>The codec of a topic that holds one kind of record.</summary>
    public Task<ConfluentAvroCodec<T>> OfAsync<T>(TopicDeclaration topic, AvroFormat<T> format, CancellationToken stop) =>
        ConfluentAvro.RegisterAsync(registry, SubjectNames.OfTopic(topic.Name), format, clock, options, stop);

    /// <summary>Registers every schema of the pipeline, so that the users' tools know them before the first record.</summary>
    public async Task RegisterAllAsync(CancellationToken stop)
    {
        await ConfigAsync(stop);
        await GapsAsync(stop);
        await SignalsAsync(stop);
        await CandleRevisionsAsync(stop);
        await HistoryTasksAsync(stop);
        await RatesAsync(stop);
        await TradeInfoAsync(stop);
        await TaskStatesAsync(stop);
        await TaskControlsAsync(stop);
        await TaskProgressAsync(stop);
        await TaskChunksAsync(stop);
        await SchedulesAsync(stop);
        await PromotedIndicatorsAsync(stop);
        await RequestTurnsAsync(stop);
        foreach (var interval in Interval.All)
        {
            await CandlesAsync(interval, stop);
            await MacdAsync(interval, stop);
            foreach (var indicator in topics.Indicators)
                await IndicatorAsync(indicator, interval, stop);
        }
        await Alerts.RegisterAllAsync(stop);
        await Catalog.RegisterAllAsync(stop);
    }
}
