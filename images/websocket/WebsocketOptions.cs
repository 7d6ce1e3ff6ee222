using System.ComponentModel.DataAnnotations;
using System.Net;
using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Time;
using StockPipeline.Contracts.Topics;
using StockPipeline.Fanout.Broadcasting;
using StockPipeline.Hosting.Options;
using StockPipeline.Websocket.Feeds;

namespace StockPipeline.Websocket;

/// <summary>What users set of one broadcaster.</summary>
internal sealed class WebsocketOptions : IValidatableObject
{
    private static readonly FanoutLimits Usual = new();

    [ConfigurationKeyName("TOPIC"), Required]
    public string? Topic { get; set; }

    /// <summary>The instrument is named by its FIGI or by its ticker.</summary>
    [ConfigurationKeyName("FIGI"), Allowed("a FIGI such as BBG004730N88")]
    public Figi? Figi { get; set; }

    [ConfigurationKeyName("TICKER")]
    public string? Ticker { get; set; }

    [ConfigurationKeyName("PORT"), Required, Range(0, 65535), Allowed("a port from 0 to 65535")]
    public int? Port { get; set; }

    [ConfigurationKeyName("WEBSOCKET_ADDRESS")]
    public IPAddress Address { get; set; } = IPAddress.Loopback;

    [ConfigurationKeyName("WEBSOCKET_MAX_CLIENTS"), Range(1, 100_000)]
    public int MaxClients { get; set; } = Usual.MaxClients;

    [ConfigurationKeyName("WEBSOCKET_KEEP"), Range(1, 100_000)]
    public int KeptCandles { get; set; } = Usual.KeptCandles;

    [ConfigurationKeyName("WEBSOCKET_STALL_LIMIT"), DurationRange("1s", "1h")]
    public TimeSpan StallLimit { get; set; } = Usual.StallLimit;

    [ConfigurationKeyName("WEBSOCKET_PING_EVERY"), DurationRange("1s", "1h")]
    public TimeSpan PingEvery { get; set; } = Usual.PingEvery;

    /// <summary>The prefix of the topics of values, as for every other service.</summary>
    [ConfigurationKeyName("TOPIC_PREFIX_MACD")]
    public string MacdPrefix { get; set; } = PipelineTopics.DefaultMacdPrefix;

    public WebsocketSettings Settings(PipelineTopics topics) => new(
        TopicOf(topics)!, Figi, Ticker?.ToUpperInvariant(), new IPEndPoint(Address, Port!.Value),
        Usual with { MaxClients = MaxClients, KeptCandles = KeptCandles, StallLimit = StallLimit, PingEvery = PingEvery });

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        var topics = new PipelineTopics(PipelineTopics.DefaultConfigTopic, MacdPrefix);
        if (TopicOf(topics) is null)
            yield return new ValidationResult(SentTopic.Allowed(topics), [nameof(Topic)]);
        if (Ticker is null == Figi is null)
            yield return new ValidationResult("either FIGI or TICKER, the one or the other", [Ticker is null ? nameof(Figi) : nameof(Ticker)]);
    }

    private SentTopic? TopicOf(PipelineTopics topics) => SentTopic.TryParse(topics, Topic ?? string.Empty, out var topic) ? topic : null;
}

/// <summary>What one broadcaster offers, and where.</summary>
/// <param name="Topic">Whose values are sent.</param>
/// <param name="Figi">The instrument, if it is named so.</param>
/// <param name="Ticker">The instrument, if it is named so.</param>
/// <param name="Address">Where clients connect.</param>
/// <param name="Limits">The bounds of each feed.</param>
internal sealed record WebsocketSettings(SentTopic Topic, Figi? Figi, string? Ticker, IPEndPoint Address, FanoutLimits Limits)
{
    public Interval Interval => Topic.Interval;
}
