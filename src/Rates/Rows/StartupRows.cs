using StockPipeline.Contracts.Rates;

namespace StockPipeline.Rates.Rows;

/// <summary>The rows that stand in the table where there are none, as users know them.</summary>
public static class StartupRows
{
    /// <summary>The task types as the system before this one wrote them; they are names here and nothing is loaded by them.</summary>
    public const string BinanceTask = "parser_service.binance.task:BinanceTask";

    public const string CoinGeckoTask = "parser_service.coingeko.task:CoingeckoTask";

    /// <summary>The stream of ether, which the rows of old called tether.</summary>
    public const string EtherStream = "wss://stream.binance.com:9443/ws/ethusdt@trade";

    public const string FaultyPair = "tether-usd";

    public const string RepairedPair = "ethereum-usd";

    public static IReadOnlyList<TradeInfo> All { get; } =
    [
        Of(1, "wss://stream.binance.com:9443/ws/btcusdt@trade", "bitcoin-usd", BinanceTask, "binance"),
        Of(2, EtherStream, RepairedPair, BinanceTask, "binance"),
        Of(3, "wss://stream.binance.com:9443/ws/trxusdt@trade", "tron-usd", BinanceTask, "binance"),
        Of(4, "https://api.coingecko.com/api/v3/simple/price", "bitcoin,ethereum,tether,tron-rub,usd", CoinGeckoTask, "coingecko"),
    ];

    private static TradeInfo Of(long id, string url, string pairs, string task, string source) =>
        new() { Id = id, Url = url, CurrencyPair = pairs, TaskType = task, WrapperType = source };
}
