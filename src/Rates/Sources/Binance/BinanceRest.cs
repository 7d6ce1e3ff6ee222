using System.Globalization;
using System.Text.Json;
using StockPipeline.Contracts.Rates;

namespace StockPipeline.Rates.Sources.Binance;

/// <summary>
/// Binance's tickers over REST, for where streams do not get through: <c>/api/v3/ticker/24hr?symbols=["BTCUSDT"]</c>, <c>bookTicker</c> or
/// <c>price</c>. All rows of a host and a path share one request.
/// </summary>
internal sealed class BinanceRest : PollModule
{
    /// <summary>Symbols of one request: the address stays short, and the weight known.</summary>
    private const int MostSymbols = 100;

    private static readonly string[] Paths = ["/api/v3/ticker/24hr", "/api/v3/ticker/bookTicker", "/api/v3/ticker/price"];

    public override string Name => "binance-rest";

    public override TimeSpan UsualMaxAge => TimeSpan.FromSeconds(60);

    /// <summary>A minute has a weight of 6,000 for all programs of an address; a sixth of it is ours.</summary>
    public override PollRules Rules { get; } = new() { Every = TimeSpan.FromSeconds(5), WeightPerMinute = 1_000 };

    public override string? Read(Uri url, IReadOnlyList<RatePair> pairs, ICollection<AskedFeed> feeds)
    {
        if (!Paths.Contains(url.AbsolutePath))
            return $"url '{url}' is no ticker; allowed: {string.Join(", ", Paths)}";
        if (Symbols(url) is not { Count: > 0 } symbols)
            return $"url '{url}' names no symbols: ?symbol=BTCUSDT or ?symbols=[\"BTCUSDT\"] is expected";
        if (symbols.Count != pairs.Count)
            return $"url names {symbols.Count} symbols and currency_pair {pairs.Count} pairs; one for each is expected";
        foreach (var (symbol, pair) in symbols.Zip(pairs))
        {
            if (BinanceSymbols.Published(symbol, pair, out var problem) is not { } published)
                return problem;
            feeds.Add(new AskedFeed(symbol, symbol, pair, published));
        }
        return null;
    }

    public override IReadOnlyList<PollRequest> Requests(Uri url, IReadOnlyList<string> feeds) =>
        [.. feeds.Chunk(MostSymbols).Select(chunk => new PollRequest(Address(url, chunk), Weight(url, chunk.Length), chunk))];

    public override void Take(ReadOnlySpan<byte> body, IReadOnlyList<string> feeds, IFrameSink sink)
    {
        var reader = new Utf8JsonReader(body);
        try
        {
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartArray)
                throw new FormatException($"a {reader.TokenType} stands where a list of tickers is expected");
            var missing = feeds.ToHashSet(StringComparer.Ordinal);
            while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
            {
                var (symbol, tick) = ReadTicker(ref reader);
                if (missing.Remove(symbol) && tick.Price > 0)
                    sink.Take(symbol, tick);
            }
            foreach (var symbol in missing)
                sink.TakeStatus(symbol, RateStatus.Halted, $"Binance's answer leaves {symbol} out");
        }
        catch (JsonException broken)
        {
            throw new FormatException($"the answer is no JSON: {broken.Message}", broken);
        }
    }

    /// <summary>The body of a refusal has a code and, where the address is banned, the end of it in milliseconds.</summary>
    public override Refusal Refuse(int status, TimeSpan? retryAfter, ReadOnlySpan<byte> body)
    {
        var text = Refusal.OneLine(body);
        // The backend is overloaded or gives up: the same request may be made again.
        return text.Contains("-1003", StringComparison.Ordinal) && status is not (418 or 429)
            ? new Refusal(RefusalKind.TooMany, retryAfter, text)
            : Refusal.Of(status, retryAfter, text);
    }

    private static Uri Address(Uri url, string[] symbols)
    {
        var list = Uri.EscapeDataString($"[{string.Join(',', symbols.Select(symbol => $"\"{symbol}\""))}]");
        var type = url.AbsolutePath.EndsWith("24hr", StringComparison.Ordinal) ? "&type=MINI" : "";
        return new Uri(url, string.Create(CultureInfo.InvariantCulture, $"{url.AbsolutePath}?symbols={list}{type}"));
    }

    private static int Weight(Uri url, int symbols) =>
        !url.AbsolutePath.EndsWith("24hr", StringComparison.Ordinal) ? 4 : symbols <= 20 ? 2 : 40;

    private static List<string>? Symbols(Uri url)
    {
        var query = url.Query.TrimStart('?').Split('&').Select(part => part.Split('=', 2)).Where(part => part.Length == 2)
            .ToDictionary(part => part[0], part => Uri.UnescapeDataString(part[1]));
        if (query.TryGetValue("symbol", out var one))
            return [one];
        if (!query.TryGetValue("symbols", out var list))
            return null;
        return [.. list.Trim('[', ']').Split(',').Select(symbol => symbol.Trim().Trim('"'))];
    }

    private static (string Symbol, Tick Tick) ReadTicker(ref Utf8JsonReader reader)
    {
        var symbol = "";
        decimal? price = null, last = null, bid = null, ask = null;
        long? closeTime = null;
        while (JsonValues.NextProperty(ref reader, out var name))
        {
            if (name.SequenceEqual("symbol"u8))
                symbol = JsonValues.Text(ref reader) ?? "";
            else if (name.SequenceEqual("price"u8))
                price = JsonValues.OptionalDecimal(ref reader);
            else if (name.SequenceEqual("lastPrice"u8))
                last = JsonValues.OptionalDecimal(ref reader);
            else if (name.SequenceEqual("bidPrice"u8))
                bid = JsonValues.OptionalDecimal(ref reader);
            else if (name.SequenceEqual("askPrice"u8))
                ask = JsonValues.OptionalDecimal(ref reader);
            else if (name.SequenceEqual("closeTime"u8))
                closeTime = JsonValues.Whole(ref reader);
            else
                reader.Skip();
        }
        DateTimeOffset? at = closeTime is { } ms ? JsonValues.Instant(ms) : null;
        if (last is { } traded)
            return (symbol, new Tick(traded, bid, ask, RateKind.Trade, at, closeTime));
        return bid is { } best && ask is { } asked
            ? (symbol, new Tick((best + asked) / 2, best, asked, RateKind.Book, null, null))
            : (symbol, new Tick(price ?? 0, null, null, RateKind.Trade, null, null));
    }
}
