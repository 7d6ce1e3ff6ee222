using System.Globalization;
using System.Text.Json;
using StockPipeline.Contracts.Rates;

namespace StockPipeline.Rates.Sources.Binance;

/// <summary>
/// Binance's market streams: <c>/ws/btcusdt@trade</c>, several names separated by <c>/</c>, or <c>/stream?streams=…</c>. All rows of a host
/// share one connection of the combined kind.
/// </summary>
internal sealed class BinanceStream : StreamModule
{
    /// <summary>Longer messages are answered very late.</summary>
    private const int LongestMessage = 3_000;

    private static readonly string[] Kinds = ["trade", "bookTicker", "miniTicker", "ticker"];

    /// <summary>Where the list of markets is, for hosts whose streams are elsewhere.</summary>
    private static readonly Dictionary<string, string> RestHosts = new(StringComparer.OrdinalIgnoreCase)
    {
        ["stream.binance.com"] = "https://api.binance.com",
        ["data-stream.binance.vision"] = "https://data-api.binance.vision",
        ["stream.testnet.binance.vision"] = "https://testnet.binance.vision",
        ["demo-stream.binance.com"] = "https://demo-api.binance.com",
    };

    public override string Name => "binance-stream";

    public override IReadOnlyList<string> Aliases => [Rows.StartupRows.BinanceTask];

    public override IReadOnlyList<string> Schemes => ["wss", "ws"];

    public override TimeSpan UsualMaxAge => TimeSpan.FromSeconds(60);

    /// <summary>Five messages a second are allowed and about four are safe; a connection lives for 24 hours; pings come every 20 s.</summary>
    public override StreamRules Rules { get; } = new()
    {
        FeedsPerConnection = 1_000,
        BetweenMessages = TimeSpan.FromMilliseconds(300),
        LongestConnection = TimeSpan.FromHours(23.75),
        LinkSilence = TimeSpan.FromSeconds(45),
        FeedSilence = TimeSpan.FromSeconds(45),
        ListingEvery = TimeSpan.FromHours(1),
        LargestFrame = 1 << 20,
    };

    public override string? Read(Uri url, IReadOnlyList<RatePair> pairs, ICollection<AskedFeed> feeds)
    {
        if (Names(url) is not { Count: > 0 } names)
            return $"url '{url}' names no stream: /ws/btcusdt@trade or /stream?streams=btcusdt@trade is expected";
        if (names.Count != pairs.Count)
            return $"url names {names.Count} streams and currency_pair {pairs.Count} pairs; one for each is expected";
        foreach (var (name, pair) in names.Zip(pairs))
        {
            var at = name.IndexOf('@', StringComparison.Ordinal);
            if (at <= 0 || !Kinds.Contains(name[(at + 1)..]))
                return $"stream '{name}' is none of a price; allowed: {string.Join(", ", Kinds.Select(kind => $"<symbol>@{kind}"))}";
            var symbol = name[..at].ToUpperInvariant();
            if (BinanceSymbols.Published(symbol, pair, out var problem) is not { } published)
                return problem;
            feeds.Add(new AskedFeed($"{name[..at].ToLowerInvariant()}{name[at..]}", symbol, pair, published));
        }
        return null;
    }

    public override Uri Address(Uri host) => new(host, "/stream");

    public override IReadOnlyList<string> Subscribe(IReadOnlyList<string> feeds, int firstId) => Messages("SUBSCRIBE", feeds, firstId);

    public override IReadOnlyList<string> Unsubscribe(IReadOnlyList<string> feeds, int firstId) => Messages("UNSUBSCRIBE", feeds, firstId);

    public override void Take(ReadOnlySpan<byte> frame, IFrameSink sink)
    {
        var read = BinanceFrame.Read(frame);
        if (read.Event == "serverShutdown")
            sink.Ending("the server is going to stop");
        else if (read.TryTick(out var kind, out var tick) && read.Symbol is { } symbol)
            sink.Take(read.Stream ?? $"{symbol.ToLowerInvariant()}@{kind}", tick);
        else if (read.Error is { } error)
            sink.Refused(error);
        else
            sink.Alive();
    }

    public override Uri Listing(Uri host) => new(
        RestHosts.TryGetValue(host.Host, out var rest)
            ? new Uri(rest)
            : new UriBuilder(host) { Scheme = host.Scheme == "wss" ? "https" : "http" }.Uri,
        "/api/v3/exchangeInfo?showPermissionSets=false");

    public override void TakeListing(ReadOnlySpan<byte> body, IReadOnlyCollection<string> feeds, IFrameSink sink)
    {
        var statuses = BinanceListing.Read(body);
        foreach (var feed in feeds)
        {
            var symbol = feed[..feed.IndexOf('@', StringComparison.Ordinal)].ToUpperInvariant();
            if (!statuses.TryGetValue(symbol, out var status))
                sink.TakeStatus(feed, RateStatus.Gone, $"Binance has no {symbol}");
            else if (status == "TRADING")
                sink.TakeStatus(feed, RateStatus.Live, "");
            else
                sink.TakeStatus(feed, RateStatus.Halted, $"{symbol} is {status}");
        }
    }

    private static List<string>? Names(Uri url)
    {
        var path = Uri.UnescapeDataString(url.AbsolutePath);
        if (path.StartsWith("/ws/", StringComparison.Ordinal))
            return [.. path[4..].Split('/', StringSplitOptions.RemoveEmptyEntries)];
        const string streams = "?streams=";
        var query = Uri.UnescapeDataString(url.Query);
        return path is "/stream" && query.StartsWith(streams, StringComparison.Ordinal)
            ? [.. query[streams.Length..].Split('&')[0].Split('/', StringSplitOptions.RemoveEmptyEntries)]
            : null;
    }

    private static List<string> Messages(string method, IReadOnlyList<string> feeds, int firstId)
    {
        var messages = new List<string>();
        var names = new List<string>();
        var length = 0;
        void Close()
        {
            var list = string.Join(',', names.Select(name => JsonSerializer.Serialize(name)));
            messages.Add(string.Create(CultureInfo.InvariantCulture,
                $$"""{"method":"{{method}}","params":[{{list}}],"id":{{firstId + messages.Count}}}"""));
            names.Clear();
            length = 0;
        }
        foreach (var feed in feeds)
        {
            if (length + feed.Length > LongestMessage)
                Close();
            names.Add(feed);
            length += feed.Length + 3;
        }
        if (names.Count > 0)
            Close();
        return messages;
    }
}
