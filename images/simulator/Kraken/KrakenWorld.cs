using System.Globalization;
using System.Text.Json.Nodes;
using StockPipeline.Simulator.Binance;
using StockPipeline.Simulator.Currencies;

namespace StockPipeline.Simulator.Kraken;

/// <summary>Kraken's public market data: REST under <c>/0/public</c> and the second interface of streams at <c>/v2</c>.</summary>
public sealed class KrakenWorld : CurrencyWorld
{
    internal const string Exchange = "kraken";

    private readonly KrakenMarkets markets;
    private readonly KrakenStreams streams;

    public KrakenWorld(CurrencyMarket market, TimeProvider clock) : base(market, clock)
    {
        markets = new KrakenMarkets(market);
        streams = new KrakenStreams(markets, market, Faults, clock);
    }

    private protected override object ErrorBody(int status, string text) =>
        Failure(status == 429 ? "EGeneral:Too many requests" : status == 418 ? "EGeneral:Temporary lockout" : "EService:Unavailable");

    private protected override Task StreamAsync(HttpContext http, string path, CancellationToken cancellationToken) =>
        streams.ServeAsync(http, path, cancellationToken);

    private protected override async Task AnswerAsync(HttpContext http, string path)
    {
        if (http.Request.Headers.UserAgent.Count == 0)
        {
            await WritePageAsync(http, StatusCodes.Status403Forbidden);
            return;
        }
        var pair = http.Request.Query["pair"].ToString();
        var asked = pair.Length == 0 ? markets.All : [.. pair.Split(',').Select(markets.ByAnyName).OfType<KrakenMarket>()];
        // One unknown pair fails the whole list, with a status that says that all is well.
        if (pair.Length > 0 && asked.Count != pair.Split(',').Length)
        {
            await WriteAsync(http, Failure("EQuery:Unknown asset pair"));
            return;
        }
        JsonNode? result = path switch
        {
            "/0/public/Time" => new JsonObject { ["unixtime"] = NowMs / 1000, ["rfc1123"] = Now("r") },
            "/0/public/SystemStatus" => new JsonObject { ["status"] = "online", ["timestamp"] = Now("O") },
            "/0/public/Assets" => Assets(),
            "/0/public/AssetPairs" => Map(asked, AssetPair),
            "/0/public/Ticker" => Map(asked, Ticker),
            "/0/public/OHLC" when asked.Count == 1 => Bars(asked[0], http.Request.Query),
            _ => null,
        };
        if (result is null)
            await WriteAsync(http, Failure("EGeneral:Invalid arguments"));
        else
            await WriteAsync(http, new JsonObject { ["error"] = new JsonArray(), ["result"] = result });
    }

    /// <summary>Errors come with a status that says that all is well.</summary>
    private static JsonObject Failure(string text) => new() { ["error"] = new JsonArray(text) };

    private static JsonObject Map(IEnumerable<KrakenMarket> all, Func<KrakenMarket, JsonNode> show)
    {
        var map = new JsonObject();
        foreach (var one in all)
            map[one.Id] = show(one);
        return map;
    }

    private string Now(string form) => Clock.GetUtcNow().ToString(form, CultureInfo.InvariantCulture);

    private JsonObject Assets()
    {
        var assets = new JsonObject();
        foreach (var (id, name) in markets.All.Select(one => (one.BaseId, one.OldName.Split('/')[0]))
            .Concat(markets.All.Select(one => (one.QuoteId, one.OldName.Split('/')[1]))).Distinct())
        {
            assets[id] = new JsonObject
            {
                ["aclass"] = "currency", ["altname"] = name, ["decimals"] = 10, ["display_decimals"] = 5, ["status"] = "enabled",
            };
        }
        return assets;
    }

    private JsonObject AssetPair(KrakenMarket one) => new()
    {
        ["altname"] = one.AltName, ["wsname"] = one.OldName, ["aclass_base"] = "currency", ["base"] = one.BaseId, ["aclass_quote"] = "currency",
        ["quote"] = one.QuoteId, ["pair_decimals"] = one.Decimals, ["cost_decimals"] = 5, ["lot_decimals"] = 8, ["lot_multiplier"] = 1,
        ["leverage_buy"] = new JsonArray(), ["leverage_sell"] = new JsonArray(), ["fees"] = new JsonArray(new JsonArray(0, 0.4)),
        ["fees_maker"] = new JsonArray(new JsonArray(0, 0.25)), ["fee_volume_currency"] = "ZUSD", ["ordermin"] = "0.0001", ["costmin"] = "0.5",
        ["tick_size"] = BinanceTape.Text(BinanceTape.Tick(one.Decimals), one.Decimals),
        ["status"] = Faults.Find(WorldFaultKind.Delisted, one.Symbol) is null ? "online" : "delisted",
    };

    private JsonObject Ticker(KrakenMarket one)
    {
        var trade = Market.LastTrade(Exchange, one.Coin, one.Quote, NowMs);
        var (last, tick) = (trade.Price, BinanceTape.Tick(one.Decimals));
        string Text(decimal value) => BinanceTape.Text(value, one.Decimals);
        return new JsonObject
        {
            ["a"] = new JsonArray(Text(last + tick), "1", "1.000"), ["b"] = new JsonArray(Text(last - tick), "1", "1.000"),
            ["c"] = new JsonArray(Text(last), BinanceTape.Text(trade.Quantity, 8)), ["v"] = new JsonArray("100.0", "200.0"),
            ["p"] = new JsonArray(Text(last), Text(last)), ["t"] = new JsonArray(1000, 2000),
            ["l"] = new JsonArray(Text(last * 0.98m), Text(last * 0.97m)), ["h"] = new JsonArray(Text(last * 1.01m), Text(last * 1.02m)),
            ["o"] = Text(last * 0.99m),
        };
    }

    private JsonObject Bars(KrakenMarket one, IQueryCollection query)
    {
        var length = (long.TryParse(query["interval"], CultureInfo.InvariantCulture, out var minutes) ? minutes : 1) * 60;
        var now = NowMs / 1000;
        var since = long.TryParse(query["since"], CultureInfo.InvariantCulture, out var asked) ? asked : 0;
        var rows = new JsonArray();
        for (var open = Math.Max(since / length * length, (now / length * length) - (719 * length)); open <= now; open += length)
        {
            var first = Market.LastTrade(Exchange, one.Coin, one.Quote, open * 1000);
            var last = Market.LastTrade(Exchange, one.Coin, one.Quote, Math.Min(((open + length) * 1000) - 1, NowMs));
            string Text(decimal value) => BinanceTape.Text(value, one.Decimals);
            rows.Add(new JsonArray(
                open, Text(first.Price), Text(Math.Max(first.Price, last.Price)), Text(Math.Min(first.Price, last.Price)), Text(last.Price),
                Text(last.Price), "1.0", (last.Id - first.Id)));
        }
        return new JsonObject { [one.Id] = rows, ["last"] = now / length * length };
    }
}
