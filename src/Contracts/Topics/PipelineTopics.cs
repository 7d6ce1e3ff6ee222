using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;

namespace StockPipeline.Contracts.Topics;

/// <summary>The one declaration of all topics. The two names that users may change come from TOPIC_CONFIG and TOPIC_PREFIX_MACD.</summary>
public sealed class PipelineTopics
{
    public const string DefaultConfigTopic = "th-config";

    public const string DefaultMacdPrefix = "macd-values-";

    public const string CandlePrefix = "candles-";

    /// <summary>Candles and values are partitioned alike, so that one instrument has one partition number everywhere.</summary>
    public const int SeriesPartitions = 10;

    private const int TaskPartitions = 12;

    /// <summary>
    /// 1,000 candles of the interval, counted in trading time (about 17 hours a day) with the longest holidays in between and room to spare.
    /// </summary>
    private static readonly Dictionary<Interval, TimeSpan> CandleRetention = new()
    {
        [Interval.OneMinute] = TimeSpan.FromDays(21),
        [Interval.FiveMinutes] = TimeSpan.FromDays(30),
        [Interval.FifteenMinutes] = TimeSpan.FromDays(60),
        [Interval.ThirtyMinutes] = TimeSpan.FromDays(90),
        [Interval.OneHour] = TimeSpan.FromDays(150),
        [Interval.FourHours] = TimeSpan.FromDays(450),
        [Interval.OneDay] = TimeSpan.FromDays(2000),
    };

    public static readonly PipelineTopics Default = new(DefaultConfigTopic, DefaultMacdPrefix);

    private readonly Dictionary<Interval, TopicDeclaration> candles;
    private readonly Dictionary<Interval, TopicDeclaration> macd;

    public PipelineTopics(string configTopic, string macdPrefix)
    {
        Config = new TopicDeclaration
        {
            Name = configTopic,
            Partitions = 1,
            Policy = CleanupPolicy.Compact,
            Key = "FIGI, or calendar/date/exchange",
            Records = [typeof(Instrument), typeof(TradingDay)],
        };
        candles = Interval.All.ToDictionary(interval => interval, interval => new TopicDeclaration
        {
            Name = CandlePrefix + interval.TopicSuffix,
            Partitions = SeriesPartitions,
            Policy = CleanupPolicy.CompactAndDelete,
            Retention = CandleRetention[interval],
            Key = "FIGI/openTime",
            Records = [typeof(Candle)],
        });
        macd = Interval.All.ToDictionary(interval => interval, interval => new TopicDeclaration
        {
            Name = macdPrefix + interval.TopicSuffix,
            Partitions = SeriesPartitions,
            Policy = CleanupPolicy.CompactAndDelete,
            Retention = CandleRetention[interval],
            Key = "FIGI/openTime",
            Records = [typeof(MacdValue)],
            RecreatedAtInit = true,
        });
        All = [Config, .. candles.Values, HistoryAction, Gaps, .. macd.Values, DeadLetters];
    }

    public TopicDeclaration Config { get; }

    public TopicDeclaration HistoryAction { get; } = new()
    {
        Name = "history-action",
        Partitions = TaskPartitions,
        Policy = CleanupPolicy.Delete,
        Retention = TimeSpan.FromDays(7),
        Key = "FIGI/interval",
        Records = [typeof(HistoryTask)],
        RecreatedAtInit = true,
    };

    public TopicDeclaration Gaps { get; } = new()
    {
        Name = "gaps",
        Partitions = TaskPartitions,
        Policy = CleanupPolicy.Compact,
        Key = "FIGI/interval/from",
        Records = [typeof(Gap)],
    };

    public TopicDeclaration DeadLetters { get; } = new()
    {
        Name = "dead-letters",
        Partitions = 1,
        Policy = CleanupPolicy.Delete,
        Retention = TimeSpan.FromDays(30),
        Key = "as it was",
        Records = [],
    };

    /// <summary>Every topic of the pipeline, in the order they are created.</summary>
    public IReadOnlyList<TopicDeclaration> All { get; }

    public TopicDeclaration Candles(Interval interval) => candles[interval];

    public TopicDeclaration Macd(Interval interval) => macd[interval];
}
