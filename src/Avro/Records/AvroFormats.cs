using StockPipeline.Contracts.Alerts;
using StockPipeline.Contracts.Rates;
using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Tasks;

namespace StockPipeline.Avro.Records;

/// <summary>The formats of all records of the pipeline.</summary>
public static class AvroFormats
{
    public static AvroFormat<Candle> Candle { get; } = new CandleFormat();

    public static AvroFormat<CandleRevision> CandleRevision { get; } = new CandleRevisionFormat();

    public static AvroFormat<MacdValue> MacdValue { get; } = new MacdValueFormat();

    public static AvroFormat<IndicatorValue> IndicatorValue { get; } = new IndicatorValueFormat();

    public static AvroFormat<Signal> Signal { get; } = new SignalFormat();

    public static AvroFormat<Gap> Gap { get; } = new GapFormat();

    public static AvroFormat<HistoryTask> HistoryTask { get; } = new HistoryTaskFormat();

    public static AvroFormat<Instrument> Instrument { get; } = new InstrumentFormat();

    public static AvroFormat<PromotedIndicator> PromotedIndicator { get; } = new PromotedIndicatorFormat();

    public static AvroFormat<RequestTurn> RequestTurn { get; } = new RequestTurnFormat();

    public static AvroFormat<Rate> Rate { get; } = new RateFormat();

    public static AvroFormat<TradeInfo> TradeInfo { get; } = new TradeInfoFormat();

    public static AvroFormat<TradingDay> TradingDay { get; } = new TradingDayFormat();

    public static AvroFormat<TaskState> TaskState { get; } = new TaskStateFormat();

    public static AvroFormat<TaskControl> TaskControl { get; } = new TaskControlFormat();

    public static AvroFormat<TaskProgress> TaskProgress { get; } = new TaskProgressFormat();

    public static AvroFormat<TaskChunk> TaskChunk { get; } = new TaskChunkFormat();

    public static AvroFormat<TaskSchedule> TaskSchedule { get; } = new TaskScheduleFormat();

    public static AvroFormat<AlertRule> AlertRule { get; } = new AlertRuleFormat();

    public static AvroFormat<AlertEvent> AlertEvent { get; } = new AlertEventFormat();

    public static AvroFormat<ChatState> ChatState { get; } = new ChatStateFormat();

    public static AvroFormat<ChatMessage> ChatMessage { get; } = new ChatMessageFormat();

    public static AvroFormat<ChatLink> ChatLink { get; } = new ChatLinkFormat();
}
