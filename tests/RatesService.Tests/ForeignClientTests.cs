using System.Text.Json;
using StockPipeline.Testing;

namespace StockPipeline.RatesServiceTests;

/// <summary>Clients that others wrote, at the simulated exchanges.</summary>
public sealed class ForeignClientTests(CollectorPlace place) : IClassFixture<CollectorPlace>
{
    private const string Folder = "tests/RatesService.Tests/Node";

    [Fact]
    public async Task Ccxt_reads_the_simulated_Binance()
    {
        var seen = await AskAsync("ccxtBinance");

        Assert.Equal(("BTC/USDT", 5, "BadSymbol"), (Text(seen, "symbol"), seen.GetProperty("candles").GetInt32(), Text(seen, "refused")));
        Assert.InRange(seen.GetProperty("live").GetDouble(), seen.GetProperty("last").GetDouble() * 0.9, seen.GetProperty("last").GetDouble() * 1.1);
    }

    [Fact]
    public async Task Binances_own_client_reads_prices_and_trades()
    {
        var seen = await AskAsync("binanceSpot");

        Assert.Equal("ETHUSDT", Text(seen, "symbol"));
        Assert.Matches(@"^\d+\.\d{8}$", Text(seen, "price"));
        Assert.Matches(@"^\d+\.\d{8}$", Text(seen, "trade"));
    }

    [Fact]
    public async Task Another_client_of_Binance_understands_its_refusals()
    {
        var seen = await AskAsync("binanceApiNode");

        Assert.Equal(-1121, seen.GetProperty("code").GetInt32());
        Assert.Matches(@"^0\.\d{8}$", Text(seen, "live"));
    }

    [Fact]
    public async Task CoinGeckos_own_client_reads_prices_with_their_time()
    {
        var seen = await AskAsync("coinGecko");

        Assert.Equal(["bitcoin", "tron"], seen.GetProperty("ids").EnumerateArray().Select(id => id.GetString()));
        Assert.Equal(5, seen.GetProperty("markets").GetInt32());
        var at = seen.GetProperty("updated").GetInt64();
        var market = place.Worlds.Market;
        var (price, _) = place.Worlds.CoinGecko.PriceOf(market.ById("bitcoin")!, "usd", at * 1000);
        Assert.Equal(price, seen.GetProperty("bitcoin").GetDecimal());
    }

    [Fact]
    public async Task Ccxt_reads_the_simulated_Kraken()
    {
        var seen = await AskAsync("ccxtKraken");

        Assert.Equal("BTC/USD", Text(seen, "symbol"));
        Assert.True(seen.GetProperty("candles").GetInt32() > 100 && seen.GetProperty("live").GetDouble() > 1_000);
    }

    private async Task<JsonElement> AskAsync(string part)
    {
        var worlds = place.Worlds;
        string[] addresses = [worlds.Binance.Endpoint.ToString(), worlds.CoinGecko.Endpoint.ToString(), worlds.Kraken.Endpoint.ToString()];
        var said = await NodeScripts.RunAsync(Folder, "clients.mjs", [part, .. addresses]);
        return JsonDocument.Parse(said.Split('\n')[^1]).RootElement;
    }

    private static string Text(JsonElement seen, string name) => seen.GetProperty(name).GetString()!;
}
