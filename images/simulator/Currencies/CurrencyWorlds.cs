using StockPipeline.Simulator.Binance;
using StockPipeline.Simulator.CoinGecko;
using StockPipeline.Simulator.Kraken;

namespace StockPipeline.Simulator.Currencies;

/// <summary>The simulated exchanges of currencies, each on a port of its own and all of the same market.</summary>
public sealed class CurrencyWorlds : IAsyncDisposable
{
    private CurrencyWorlds(CurrencyMarket market, BinanceWorld binance, CoinGeckoWorld coinGecko, KrakenWorld kraken)
    {
        Market = market;
        Binance = binance;
        CoinGecko = coinGecko;
        Kraken = kraken;
    }

    public CurrencyMarket Market { get; }

    public BinanceWorld Binance { get; }

    public CoinGeckoWorld CoinGecko { get; }

    public KrakenWorld Kraken { get; }

    /// <summary>What the collector of rates is told, so that the rows stay as users know them.</summary>
    public string Hosts => string.Join(',',
        $"stream.binance.com={Binance.Endpoint}", $"api.binance.com={Binance.Endpoint}", $"api.coingecko.com={CoinGecko.Endpoint}",
        $"ws.kraken.com={Kraken.Endpoint}");

    public static async Task<CurrencyWorlds> StartAsync(CurrencyWorldOptions options, TimeProvider clock, CancellationToken cancellationToken)
    {
        var market = new CurrencyMarket(options.Seed, options.MadeUpCoins);
        var worlds = new CurrencyWorlds(
            market, new BinanceWorld(market, clock), new CoinGeckoWorld(market, clock), new KrakenWorld(market, clock));
        try
        {
            await worlds.Binance.StartAsync(options.Address, options.BinancePort, options.LoggerFactory, cancellationToken);
            await worlds.CoinGecko.StartAsync(options.Address, options.CoinGeckoPort, options.LoggerFactory, cancellationToken);
            await worlds.Kraken.StartAsync(options.Address, options.KrakenPort, options.LoggerFactory, cancellationToken);
            return worlds;
        }
        catch
        {
            await worlds.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Binance.DisposeAsync();
        await CoinGecko.DisposeAsync();
        await Kraken.DisposeAsync();
    }
}
