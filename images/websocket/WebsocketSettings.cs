using System.Diagnostics.CodeAnalysis;
using System.Net;
using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Time;
using StockPipeline.Contracts.Topics;
using StockPipeline.Hosting;
using StockPipeline.Fanout.Broadcasting;
using StockPipeline.Websocket.Feeds;

namespace StockPipeline.Websocket;

/// <summary>What one broadcaster offers, and where.</summary>
/// <param name="Topic">Whose values are sent.</param>
/// <param name="Figi">The instrument, if it is named so.</param>
/// <param name="Ticker">The instrument, if it is named so.</param>
/// <param name="Address">Where clients connect.</param>
/// <param name="Limits">The bounds of each feed.</param>
internal sealed record WebsocketSettings(SentTopic Topic, Figi? Figi, string? Ticker, IPEndPoint Address, FanoutLimits Limits)
{
    public Interval Interval => Topic.Interval;

    public static WebsocketSettings From(Settings settings, PipelineTopics topics)
    {
        var usual = new FanoutLimits();
        var address = settings.Value("WEBSOCKET_ADDRESS", IPAddress.Loopback, "an IP address to listen on, 0.0.0.0 for all", IPAddress.TryParse);
        var port = settings.RequiredValue<int>("PORT", "a port from 0 to 65535",
            (text, out value) => int.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out value) && value
                is >= 0 and <= IPEndPoint.MaxPort);
        var topic = settings.RequiredValue<SentTopic>("TOPIC", SentTopic.Allowed(topics),
            (string text, [MaybeNullWhen(false)] out SentTopic value) => SentTopic.TryParse(topics, text, out value));
        var limits = usual with
        {
            MaxClients = settings.WholeNumber("WEBSOCKET_MAX_CLIENTS", usual.MaxClients, 1, 100_000),
            KeptCandles = settings.WholeNumber("WEBSOCKET_KEEP", usual.KeptCandles, 1, 100_000),
            StallLimit = settings.Duration("WEBSOCKET_STALL_LIMIT", usual.StallLimit, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1)),
            PingEvery = settings.Duration("WEBSOCKET_PING_EVERY", usual.PingEvery, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1)),
        };
        var ticker = settings.Optional("TICKER")?.ToUpperInvariant();
        Figi? figi = settings.IsSet("FIGI")
            ? settings.RequiredValue<Figi>("FIGI", "a FIGI such as BBG004730N88", Contracts.Instruments.Figi.TryParse)
            : null;
        if (ticker is null == figi is null)
            settings.Reject(ticker is null ? "FIGI" : "TICKER", "either FIGI or TICKER, the one or the other");
        return new WebsocketSettings(topic ?? new SentTopic(Interval.OneMinute, null), figi, ticker, new IPEndPoint(address, port), limits);
    }
}
