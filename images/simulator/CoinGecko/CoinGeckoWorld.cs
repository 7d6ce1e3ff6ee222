using System.Globalization;
using System.Text.Json.Nodes;
using StockPipeline.Simulator.Currencies;

namespace StockPipeline.Simulator.CoinGecko;

/// <summary>
/// CoinGecko's interface, third version, under <c>/api/v3</c>: averages that are renewed once a minute, few requests a minute, and a refusal for
/// whoever does not say what program he is.
/// </summary>
public sealed class CoinGeckoWorld : CurrencyWorld
{
    public const int UsualCallsPerMinute = 30;

    private const long CacheMs = 60_000;

    private static readonly string[] Currencies = ["usd", "eur", "rub", "gbp", "btc", "eth", "usdt"];

    private readonly Lock gate = new();
    private readonly int perMinute;
    private long minute;
    private int used;

    public CoinGeckoWorld(CurrencyMarket market, TimeProvider clock, int callsPerMinute = UsualCallsPerMinute) : base(market, clock) =>
        perMinute = callsPerMinute;

    /// <summary>What it says an asset is worth now: the average of the minute that is in its cache, and when that was true.</summary>
    public (decimal Price, long AtMs) PriceOf(Coin coin, string currency, long nowMs)
    {
        var at = nowMs / CacheMs * CacheMs;
        var quote = Market.ByTicker(currency.ToUpperInvariant());
        var value = Market.Dollars(coin, at) * (quote is null ? Market.PerDollar(currency, at) : 1 / Market.Dollars(quote, at));
        return ((decimal)Math.Round(value, value < 0.01 ? 12 : value < 10 ? 8 : 4), at);
    }

    private protected override object ErrorBody(int status, string text) =>
        new { status = new { error_code = status, error_message = text } };

    private protected override Task StreamAsync(HttpContext http, string path, CancellationToken cancellationToken)
    {
        http.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }

    private protected override async Task AnswerAsync(HttpContext http, string path)
    {
        if (http.Request.Headers.UserAgent.Count == 0)
        {
            await WritePageAsync(http, StatusCodes.Status403Forbidden);
            return;
        }
        if (!TryCount(out var wait))
        {
            http.Response.Headers.RetryAfter = wait.ToString(CultureInfo.InvariantCulture);
            await WriteAsync(http, ErrorBody(429, "You've exceeded the Rate Limit. Please visit https://www.coingecko.com/en/api/pricing."), 429);
            return;
        }
        switch (path)
        {
            case "/api/v3/ping":
                await WriteAsync(http, new { gecko_says = "(V3) To the Moon!" });
                break;
            case "/api/v3/simple/price":
                await SimplePriceAsync(http);
                break;
            case "/api/v3/simple/supported_vs_currencies":
                await WriteAsync(http, Currencies);
                break;
            case "/api/v3/coins/list":
                await WriteAsync(http, Market.Coins.Where(IsListed).Select(coin =>
                    new { id = coin.Id, symbol = coin.Ticker.ToLowerInvariant(), name = coin.Name }));
                break;
            case "/api/v3/coins/markets":
                await MarketsAsync(http);
                break;
            case "/api/v3/exchange_rates":
                await ExchangeRatesAsync(http);
                break;
            default:
                await WriteAsync(http, new { error = "Incorrect path. Please check https://www.coingecko.com/api/" }, StatusCodes.Status404NotFound);
                break;
        }
    }

    private bool TryCount(out int wait)
    {
        lock (gate)
        {
            var now = NowMs;
            if (now / 60_000 != minute)
                (minute, used) = (now / 60_000, 0);
            wait = (int)(((minute + 1) * 60_000) - now + 999) / 1000;
            return ++used <= perMinute;
        }
    }

    private bool IsListed(Coin coin) => Faults.Find(WorldFaultKind.Delisted, coin.Id) is null;

    private async Task SimplePriceAsync(HttpContext http)
    {
        var query = http.Request.Query;
        if (List(query, "vs_currencies") is not { Count: > 0 } currencies)
        {
            await WriteAsync(http, new { error = "Missing parameter vs_currencies" }, StatusCodes.Status422UnprocessableEntity);
            return;
        }
        var coins = List(query, "ids") is { Count: > 0 } ids ? ids.Select(Market.ById)
            : List(query, "names") is { Count: > 0 } names ? names.Select(name => Market.Coins.FirstOrDefault(coin => Same(coin.Name, name)))
            : List(query, "symbols").Select(symbol => Market.ByTicker(symbol.ToUpperInvariant()));
        // One answer tells of one moment: a minute that ends while it is written would date prices of before.
        var (body, asked) = (new JsonObject(), NowMs);
        foreach (var coin in coins.OfType<Coin>().Where(IsListed).DistinctBy(coin => coin.Id).OrderBy(coin => coin.Id, StringComparer.Ordinal))
        {
            var shown = new JsonObject();
            long updated = 0;
            foreach (var currency in currencies.Select(one => one.ToLowerInvariant()).Where(Currencies.Contains).Distinct())
            {
                // Silence of this world is an answer that is renewed no more.
                var now = Faults.Find(WorldFaultKind.Silence, coin.Id) is { Since: var since } ? since.ToUnixTimeMilliseconds() : asked;
                now -= Faults.Find(WorldFaultKind.Late, coin.Id) is { Fault.Delay: var delay } ? (long)(delay * 1000) : 0;
                var (price, at) = PriceOf(coin, currency, now);
                updated = at;
                shown[currency] = price;
                if (query["include_market_cap"] == "true")
                    shown[$"{currency}_market_cap"] = Math.Round(price * 19_000_000, 2);
                if (query["include_24hr_vol"] == "true")
                    shown[$"{currency}_24h_vol"] = Math.Round(price * 400_000, 2);
                if (query["include_24hr_change"] == "true")
                    shown[$"{currency}_24h_change"] = Change(coin, currency, now);
            }
            if (query["include_last_updated_at"] == "true" && shown.Count > 0)
                shown["last_updated_at"] = updated / 1000;
            body[coin.Id] = shown;
        }
        await WriteAsync(http, body);
    }

    private async Task MarketsAsync(HttpContext http)
    {
        var query = http.Request.Query;
        var currency = query["vs_currency"].ToString().ToLowerInvariant();
        if (!Currencies.Contains(currency))
        {
            await WriteAsync(http, new { error = "Missing parameter vs_currency" }, StatusCodes.Status422UnprocessableEntity);
            return;
        }
        var ids = List(query, "ids");
        var (size, page) = (Number(query, "per_page", 100, 250), Number(query, "page", 1, 10_000));
        var coins = Market.Coins.Where(coin => IsListed(coin) && (ids.Count == 0 || ids.Contains(coin.Id))).Skip((page - 1) * size).Take(size);
        await WriteAsync(http, coins.Select((coin, index) =>
        {
            var (price, at) = PriceOf(coin, currency, NowMs);
            var moment = DateTimeOffset.FromUnixTimeMilliseconds(at).UtcDateTime
                .ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
            return new
            {
                id = coin.Id, symbol = coin.Ticker.ToLowerInvariant(), name = coin.Name, image = $"https://example.invalid/{coin.Id}.png",
                current_price = price, market_cap = Math.Round(price * 19_000_000, 0), market_cap_rank = index + 1, total_volume = price * 400_000,
                high_24h = price * 1.02m, low_24h = price * 0.98m, price_change_percentage_24h = Change(coin, currency, NowMs),
                circulating_supply = 19_000_000, total_supply = (double?)null, max_supply = (double?)null, ath = price * 1.5m, ath_date = moment,
                atl = price / 100, atl_date = moment, roi = (object?)null, last_updated = moment,
            };
        }));
    }

    private async Task ExchangeRatesAsync(HttpContext http)
    {
        var bitcoin = Market.ById("bitcoin")!;
        var rates = new JsonObject { ["btc"] = Rate("Bitcoin", "BTC", 1, "crypto") };
        foreach (var currency in (ReadOnlySpan<string>)["usd", "eur", "rub", "gbp"])
            rates[currency] = Rate(currency.ToUpperInvariant(), currency, PriceOf(bitcoin, currency, NowMs).Price, "fiat");
        await WriteAsync(http, new JsonObject { ["rates"] = rates });
    }

    private static JsonObject Rate(string name, string unit, decimal value, string type) =>
        new() { ["name"] = name, ["unit"] = unit, ["value"] = value, ["type"] = type };

    private decimal Change(Coin coin, string currency, long nowMs)
    {
        var before = PriceOf(coin, currency, nowMs - 86_400_000).Price;
        return Math.Round((PriceOf(coin, currency, nowMs).Price - before) / before * 100, 5);
    }

    private static List<string> List(IQueryCollection query, string name) =>
        [.. query[name].ToString().Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)];

    private static int Number(IQueryCollection query, string name, int usual, int most) =>
        int.TryParse(query[name], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? Math.Clamp(number, 1, most) : usual;

    private static bool Same(string one, string other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);
}
