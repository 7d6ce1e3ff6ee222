using System.Globalization;
using System.Text.Json;
using StockPipeline.Contracts.Rates;
using StockPipeline.Rates.Pairs;

namespace StockPipeline.Rates.Sources.Kraken;

/// <summary>Kraken's ticker over its second websocket interface: <c>wss://ws.kraken.com/v2?symbol=BTC/USD,ETH/USD</c>.</summary>
internal sealed class KrakenTicker : StreamModule
{
    private const int SymbolsPerMessage = 100;

    public override string Name => "kraken-ticker";

    public override IReadOnlyList<string> Schemes => ["wss", "ws"];

    public override TimeSpan UsualMaxAge => TimeSpan.FromSeconds(60);

    /// <summary>Without traffic a heartbeat comes each second: five of them missing is a dead connection.</summary>
    public override StreamRules Rules { get; } = new()
    {
        FeedsPerConnection = 500,
        BetweenMessages = TimeSpan.FromMilliseconds(500),
        LongestConnection = TimeSpan.FromDays(7),
        LinkSilence = TimeSpan.FromSeconds(10),
        FeedSilence = TimeSpan.FromSeconds(90),
    };

    public override string Ping => """{"method":"ping"}""";

    public override string? Read(Uri url, IReadOnlyList<RatePair> pairs, ICollection<AskedFeed> feeds)
    {
        const string symbolIs = "?symbol=";
        var query = Uri.UnescapeDataString(url.Query);
        var symbols = query.StartsWith(symbolIs, StringComparison.Ordinal) ? query[symbolIs.Length..].Split(',') : [];
        if (url.AbsolutePath != "/v2" || symbols.Length == 0)
            return $"url '{url}' names no symbols: /v2?symbol=BTC/USD is expected";
        if (symbols.Length != pairs.Count)
            return $"url names {symbols.Length} symbols and currency_pair {pairs.Count} pairs; one for each is expected";
        foreach (var (symbol, pair) in symbols.Zip(pairs))
        {
            if (symbol.Split('/') is not [{ Length: > 0 } ticker, { Length: > 0 } quote])
                return $"'{symbol}' is no symbol of Kraken, such as BTC/USD";
            // The first interface's name is acknowledged and never sends anything.
            if (ticker is "XBT" or "XDG")
                return $"'{symbol}' is a name of the first interface; the second calls it {(ticker == "XBT" ? "BTC" : "DOGE")}/{quote}";
            if (KnownAssets.IdOf(ticker) is { } id && id != pair.Base)
                return $"{symbol} is the market of {id}, not of {pair.Base}";
            if (!quote.Equals(pair.Quote, StringComparison.OrdinalIgnoreCase))
                return $"{symbol} is quoted in {quote.ToLowerInvariant()}, not in {pair.Quote}";
            feeds.Add(new AskedFeed(symbol, symbol, pair, pair));
        }
        return null;
    }

    public override Uri Address(Uri host) => new(host, "/v2");

    public override IReadOnlyList<string> Subscribe(IReadOnlyList<string> feeds, int firstId) => Messages("subscribe", feeds, firstId);

    public override IReadOnlyList<string> Unsubscribe(IReadOnlyList<string> feeds, int firstId) => Messages("unsubscribe", feeds, firstId);

    public override void Take(ReadOnlySpan<byte> frame, IFrameSink sink)
    {
        var reader = new Utf8JsonReader(frame);
        try
        {
            reader.Read();
            JsonValues.ExpectObject(ref reader);
            string? channel = null, error = null, symbol = null;
            while (JsonValues.NextProperty(ref reader, out var name))
            {
                if (name.SequenceEqual("channel"u8))
                    channel = JsonValues.Text(ref reader);
                else if (name.SequenceEqual("error"u8) || name.SequenceEqual("Error"u8))
                    error = JsonValues.Text(ref reader);
                else if (name.SequenceEqual("symbol"u8))
                    symbol = JsonValues.Text(ref reader);
                else if (name.SequenceEqual("data"u8) && channel is "ticker" && reader.TokenType == JsonTokenType.StartArray)
                    ReadTickers(ref reader, sink);
                else if (name.SequenceEqual("data"u8) && channel is "status" && reader.TokenType == JsonTokenType.StartArray)
                    ReadStatus(ref reader, sink);
                else
                    reader.Skip();
            }
            if (error is not null && symbol is not null)
                sink.TakeStatus(symbol, RateStatus.Gone, error);
            else if (error is not null)
                sink.Refused(error);
            else
                sink.Alive();
        }
        catch (JsonException broken)
        {
            throw new FormatException($"a message is no JSON: {broken.Message}", broken);
        }
    }

    private static void ReadTickers(ref Utf8JsonReader reader, IFrameSink sink)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
        {
            var symbol = "";
            decimal? last = null, bid = null, ask = null;
            DateTimeOffset? at = null;
            while (JsonValues.NextProperty(ref reader, out var name))
            {
                if (name.SequenceEqual("symbol"u8))
                    symbol = JsonValues.Text(ref reader) ?? "";
                else if (name.SequenceEqual("last"u8))
                    last = JsonValues.OptionalDecimal(ref reader);
                else if (name.SequenceEqual("bid"u8))
                    bid = JsonValues.OptionalDecimal(ref reader);
                else if (name.SequenceEqual("ask"u8))
                    ask = JsonValues.OptionalDecimal(ref reader);
                else if (name.SequenceEqual("timestamp"u8))
                    at = Instant(JsonValues.Text(ref reader));
                else
                    reader.Skip();
            }
            if (last is { } price and > 0)
                sink.Take(symbol, new Tick(price, bid, ask, RateKind.Trade, at, at?.ToUnixTimeMilliseconds()));
        }
    }

    private static void ReadStatus(ref Utf8JsonReader reader, IFrameSink sink)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
        {
            while (JsonValues.NextProperty(ref reader, out var name))
            {
                if (!name.SequenceEqual("system"u8))
                {
                    reader.Skip();
                    continue;
                }
                var system = JsonValues.Text(ref reader);
                sink.TakeStatus(Feeds.All, system == "online" ? RateStatus.Live : RateStatus.Halted, $"Kraken is {system}");
            }
        }
    }

    private static DateTimeOffset? Instant(string? text)
    {
        if (text is null)
            return null;
        const DateTimeStyles utc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, utc, out var at)
            ? at
            : throw new FormatException($"'{text}' is no instant");
    }

    private static List<string> Messages(string method, IReadOnlyList<string> feeds, int firstId) =>
        [.. feeds.Chunk(SymbolsPerMessage).Select((chunk, index) => string.Create(CultureInfo.InvariantCulture,
            $$$"""{"method":"{{{method}}}","params":{"channel":"ticker","symbol":[{{{string.Join(',', chunk.Select(one => $"\"{one}\""))}}}]},"""
            + $$"""
            "req_id":{{firstId + index}}}
            """))];
}
