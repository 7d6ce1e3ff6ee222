using System.Globalization;
using System.Text.Json;
using StockPipeline.Simulator.Currencies;

namespace StockPipeline.Simulator.Binance;

/// <summary>Binance's public market data: REST under <c>/api/v3</c> and streams, as far as the clients of others need them.</summary>
public sealed class BinanceWorld : CurrencyWorld
{
    public const int UsualWeightPerMinute = 6_000;

    private const string SymbolRange = "^[A-Z0-9-_.]{1,20}$";

    private readonly BinanceMarkets markets;
    private readonly BinanceTape tape;
    private readonly BinanceWeights weights;
    private readonly BinanceStreams streams;
    private readonly int perMinute;

    public BinanceWorld(CurrencyMarket market, TimeProvider clock, int weightPerMinute = UsualWeightPerMinute) : base(market, clock)
    {
        perMinute = weightPerMinute;
        markets = new BinanceMarkets(market);
        tape = new BinanceTape(market, Faults);
        weights = new BinanceWeights(clock, weightPerMinute);
        streams = new BinanceStreams(markets, tape, Faults, clock);
    }

    private protected override object ErrorBody(int status, string text) =>
        new { code = status is 418 or 429 ? -1003 : status == 451 ? 0 : -1001, msg = text };

    private protected override Task StreamAsync(HttpContext http, string path, CancellationToken cancellationToken) =>
        streams.ServeAsync(http, path, cancellationToken);

    private protected override async Task AnswerAsync(HttpContext http, string path)
    {
        try
        {
            var query = http.Request.Query;
            var weight = path switch
            {
                "/api/v3/ping" or "/api/v3/time" => 1,
                "/api/v3/exchangeInfo" => 20,
                "/api/v3/klines" or "/api/v3/uiKlines" => 2,
                "/api/v3/ticker/24hr" => query.ContainsKey("symbol") ? 2 : SymbolsOf(http).Count switch { <= 20 => 2, <= 100 => 40, _ => 80 },
                _ => query.ContainsKey("symbol") ? 2 : 4,
            };
            if (weights.Take(http, weight) is { } refused)
                throw new BinanceException(refused.Status, -1003, refused.Text);
            object body = path switch
            {
                "/api/v3/ping" => new { },
                "/api/v3/time" => new { serverTime = NowMs },
                "/api/v3/exchangeInfo" => ExchangeInfo(http),
                "/api/v3/ticker/price" => Tickers(http, one => new { symbol = one.Symbol, price = Price(one, tape.Last(one, NowMs).Price) }),
                "/api/v3/ticker/bookTicker" => Tickers(http, BookTicker),
                "/api/v3/ticker/24hr" => Tickers(http, query["type"] == "MINI" ? Mini : Full),
                "/api/v3/klines" or "/api/v3/uiKlines" => Klines(query),
                _ => throw new BinanceException(404, -1000, "Path /api/v3 not found"),
            };
            await WriteAsync(http, body);
        }
        catch (BinanceException refused)
        {
            await WriteAsync(http, new { code = refused.Code, msg = refused.Message }, refused.Status);
        }
    }

    private object Tickers(HttpContext http, Func<BinanceMarket, object> show)
    {
        var query = http.Request.Query;
        if (query.ContainsKey("symbol") && query.ContainsKey("symbols"))
            throw new BinanceException(400, -1128,
                "Combination of optional parameters invalid. Recommendation: 'symbol' and 'symbols' cannot both be sent.");
        if (query.TryGetValue("symbol", out var symbol))
            return show(Find(symbol.ToString()));
        return query.ContainsKey("symbols")
            ? SymbolsOf(http).Select(Find).Where(tape.IsOpen).Select(show).ToArray()
            : markets.All.Where(tape.IsOpen).Select(show).ToArray();
    }

    private static List<string> SymbolsOf(HttpContext http)
    {
        if (!http.Request.Query.TryGetValue("symbols", out var text))
            return [];
        try
        {
            var symbols = JsonSerializer.Deserialize<List<string>>(text.ToString()) ?? [];
            return symbols.Distinct().Count() == symbols.Count
                ? symbols
                : throw new BinanceException(400, -1151, "Symbol is present multiple times in the list.");
        }
        catch (JsonException)
        {
            throw new BinanceException(400, -1100, "Illegal characters found in parameter 'symbols'; legal range is "
                + "'^\\[(\"[A-Z0-9-_.]{1,20}\"(,\"[A-Z0-9-_.]{1,20}\"){0,}){0,1}\\]$'.");
        }
    }

    private BinanceMarket Find(string symbol)
    {
        if (symbol.Length == 0)
            throw new BinanceException(400, -1105, "Parameter 'symbol' was empty.");
        if (!symbol.All(letter => char.IsAsciiLetterUpper(letter) || char.IsAsciiDigit(letter) || letter is '-' or '_' or '.'))
            throw new BinanceException(400, -1100, $"Illegal characters found in parameter 'symbol'; legal range is '{SymbolRange}'.");
        return markets.Find(symbol) ?? throw new BinanceException(400, -1121, "Invalid symbol.");
    }

    private object ExchangeInfo(HttpContext http)
    {
        var query = http.Request.Query;
        var asked = query.TryGetValue("symbol", out var symbol) ? [Find(symbol.ToString())]
            : query.ContainsKey("symbols") ? [.. SymbolsOf(http).Select(Find)] : markets.All;
        return new
        {
            timezone = "UTC",
            serverTime = NowMs,
            rateLimits = new object[]
            {
                new { rateLimitType = "REQUEST_WEIGHT", interval = "MINUTE", intervalNum = 1, limit = perMinute },
                new { rateLimitType = "RAW_REQUESTS", interval = "MINUTE", intervalNum = 5, limit = 300_000 },
            },
            exchangeFilters = Array.Empty<object>(),
            symbols = asked.Select(one => BinanceListingText.Of(one, tape.IsOpen(one))).ToArray(),
        };
    }

    private object BookTicker(BinanceMarket one)
    {
        var trade = tape.Last(one, NowMs);
        var (bid, ask) = BinanceTape.Book(one, trade);
        return new { symbol = one.Symbol, bidPrice = Price(one, bid), bidQty = "1.00000000", askPrice = Price(one, ask), askQty = "1.00000000" };
    }

    private object Mini(BinanceMarket one)
    {
        var (day, open, close) = tape.Day(one, NowMs);
        return new
        {
            symbol = one.Symbol, openPrice = Price(one, day.Open), highPrice = Price(one, day.High), lowPrice = Price(one, day.Low),
            lastPrice = Price(one, tape.Last(one, close).Price), volume = Size(day.Volume), quoteVolume = Size(day.Volume * day.Close),
            openTime = open, closeTime = close, firstId = open / one.Coin.TradeEveryMs, lastId = close / one.Coin.TradeEveryMs, count = day.Trades,
        };
    }

    private object Full(BinanceMarket one)
    {
        var (day, open, close) = tape.Day(one, NowMs);
        var last = tape.Last(one, close);
        var (bid, ask) = BinanceTape.Book(one, last);
        return new
        {
            symbol = one.Symbol, priceChange = Price(one, last.Price - day.Open),
            priceChangePercent = BinanceTape.Text((last.Price - day.Open) / day.Open * 100, 3),
            weightedAvgPrice = Price(one, (day.High + day.Low) / 2),
            prevClosePrice = Price(one, day.Open), lastPrice = Price(one, last.Price), lastQty = Size(last.Quantity), bidPrice = Price(one, bid),
            bidQty = "1.00000000", askPrice = Price(one, ask), askQty = "1.00000000", openPrice = Price(one, day.Open),
            highPrice = Price(one, day.High), lowPrice = Price(one, day.Low), volume = Size(day.Volume), quoteVolume = Size(day.Volume * day.Close),
            openTime = open, closeTime = close, firstId = open / one.Coin.TradeEveryMs, lastId = last.Id, count = day.Trades,
        };
    }

    private List<object[]> Klines(IQueryCollection query)
    {
        if (!query.TryGetValue("symbol", out var symbol))
            throw Missing("symbol");
        if (!query.TryGetValue("interval", out var interval))
            throw Missing("interval");
        var one = Find(symbol.ToString());
        var length = BinanceIntervals.LengthMs(interval.ToString()) ?? throw new BinanceException(400, -1120, "Invalid interval.");
        var limit = Number(query, "limit") ?? 500;
        if (limit is < 1 or > 1000)
            throw new BinanceException(400, -1130, "Data sent for parameter 'limit' is not valid.");
        var (now, start, end) = (NowMs, Number(query, "startTime"), Number(query, "endTime"));
        var newest = Math.Min(end ?? now, now) / length;
        var oldest = start is { } from ? (from + length - 1) / length : newest - limit + 1;
        newest = start is null ? newest : Math.Min(newest, oldest + limit - 1);
        oldest = Math.Max(oldest, newest - limit + 1);
        var bars = new List<object[]>();
        for (var open = oldest * length; open <= newest * length; open += length)
        {
            var bar = tape.Bar(one, open, length, now);
            bars.Add(
            [
                open, Price(one, bar.Open), Price(one, bar.High), Price(one, bar.Low), Price(one, bar.Close), Size(bar.Volume), open + length - 1,
                Size(bar.Volume * bar.Close), bar.Trades, Size(bar.Volume / 2), Size(bar.Volume * bar.Close / 2), "0",
            ]);
        }
        return bars;
    }

    private static long? Number(IQueryCollection query, string name)
    {
        if (!query.TryGetValue(name, out var text))
            return null;
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new BinanceException(400, -1100, $"Illegal characters found in parameter '{name}'; legal range is '^[0-9]{{1,20}}$'.");
    }

    private static BinanceException Missing(string name) =>
        new(400, -1102, $"Mandatory parameter '{name}' was not sent, was empty/null, or malformed.");

    private static string Price(BinanceMarket one, decimal value) => BinanceTape.Text(value, Math.Max(one.Decimals, 8));

    private static string Size(decimal value) => BinanceTape.Text(value, 8);
}
