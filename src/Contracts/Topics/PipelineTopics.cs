using System.Diagnostics.CodeAnalysis;
using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;

namespace StockPipeline.Contracts.Topics;

/// <summary>
/// The one declaration of all topics. The two names that users may change come from TOPIC_CONFIG and TOPIC_PREFIX_MACD; which indicators have
/// topics, from INDICATORS.
/// </summary>
public sealed class PipelineTopics
{
    public const string DefaultConfigTopic = "th-config";

    public const string DefaultMacdPrefix = "macd-values-";

    /// <summary>The indicators calculated beside MACD where INDICATORS says nothing.</summary>
    public const string DefaultIndicators = "rsi bollinger vwap";

    public const string CandlePrefix = "candles-";

    /// <summary>Between an indicator and an interval in the name of a topic.</summary>
    private const string IndicatorInfix = "-values-";

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

    public static readonly PipelineTopics Default = new(DefaultConfigTopic, DefaultMacdPrefix, DefaultIndicators.Split(' '));

    private readonly Dictionary<Interval, TopicDeclaration> candles;
    private readonly Dictionary<Interval, TopicDeclaration> macd;

    /// <param name="configTopic">TOPIC_CONFIG.</param>
    /// <param name="macdPrefix">TOPIC_PREFIX_MACD.</param>
    /// <param name="indicators">The indicators calculated beside MACD, as topics name them.</param>
    public PipelineTopics(string configTopic, string macdPrefix, IEnumerable<string>? indicators = null)
    {
        Indicators = [.. indicators ?? []];
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
        All =
        [
            Config, .. candles.Values, HistoryAction, Gaps, .. macd.Values,
            .. Indicators.SelectMany(indicator => Interval.All.Select(interval => OfIndicator(indicator, interval))), Signals, .. RevisionTopics.All,
            .. RatesTopics.All, .. TaskTopics.All, .. IndicatorTopics.All, .. PolygonTopics.All, .. AlertTopics.All, .. Catalog.All, DeadLetters,
        ];
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

    /// <summary>What happened between final values, of all indicators and intervals.</summary>
    public TopicDeclaration Signals { get; } = new()
    {
        Name = "signals",
        Partitions = SeriesPartitions,
        Policy = CleanupPolicy.Compact,
        Key = "FIGI/rule/openTime",
        Records = [typeof(Signal)],
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

    /// <summary>The indicators calculated beside MACD, as topics name them.</summary>
    public IReadOnlyList<string> Indicators { get; }

    public CatalogTopics Catalog { get; } = new();

    /// <summary>Every topic of the pipeline, in the order they are created.</summary>
    public IReadOnlyList<TopicDeclaration> All { get; }

    public TopicDeclaration Candles(Interval interval) => candles[interval];

    public TopicDeclaration Macd(Interval interval) => macd[interval];

    /// <summary>The values of an indicator, whether or not it is among <see cref="Indicators"/>.</summary>
    public static TopicDeclaration OfIndicator(string indicator, Interval interval) => new()
    {
        Name = $"{indicator}{IndicatorInfix}{interval.TopicSuffix}",
        Partitions = SeriesPartitions,
        Policy = CleanupPolicy.CompactAndDelete,
        Retention = CandleRetention[interval],
        Key = "FIGI/openTime",
        Records = [typeof(IndicatorValue)],
    };

    /// <summary>Reads which indicator and interval a topic of values is of.</summary>
    public static bool TryReadIndicator(string topic, [NotNullWhen(true)] out string? indicator, [NotNullWhen(true)] out Interval? interval)
    {
        var infix = topic.IndexOf(IndicatorInfix, StringComparison.Ordinal);
        interval = infix > 0 ? Interval.All.FirstOrDefault(one => topic[(infix + IndicatorInfix.Length)..] == one.TopicSuffix) : null;
        indicator = interval is null ? null : topic[..infix];
        return interval is not null;
    }
}
