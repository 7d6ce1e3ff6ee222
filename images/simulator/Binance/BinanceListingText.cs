namespace StockPipeline.Simulator.Binance;

/// <summary>One market in exchangeInfo, with every field that clients read.</summary>
internal static class BinanceListingText
{
    private static readonly string[] OrderTypes = ["LIMIT", "LIMIT_MAKER", "MARKET"];

    private static readonly string[] TradeModes = ["EXPIRE_TAKER", "EXPIRE_MAKER", "EXPIRE_BOTH"];

    public static object Of(BinanceMarket one, bool isOpen) => new
    {
        symbol = one.Symbol,
        status = isOpen ? "TRADING" : "BREAK",
        baseAsset = one.Coin.Ticker,
        baseAssetPrecision = 8,
        quoteAsset = one.Quote,
        quotePrecision = 8,
        quoteAssetPrecision = 8,
        baseCommissionPrecision = 8,
        quoteCommissionPrecision = 8,
        orderTypes = OrderTypes,
        icebergAllowed = true,
        ocoAllowed = true,
        otoAllowed = true,
        opoAllowed = true,
        quoteOrderQtyMarketAllowed = true,
        allowTrailingStop = false,
        cancelReplaceAllowed = true,
        amendAllowed = true,
        pegInstructionsAllowed = false,
        isSpotTradingAllowed = true,
        isMarginTradingAllowed = false,
        filters = new object[]
        {
            new
            {
                filterType = "PRICE_FILTER", minPrice = Tick(one), maxPrice = "1000000.00000000", tickSize = Tick(one),
            },
            new { filterType = "LOT_SIZE", minQty = "0.00001000", maxQty = "9000000.00000000", stepSize = "0.00001000" },
            new
            {
                filterType = "NOTIONAL", minNotional = "5.00000000", applyMinToMarket = true, maxNotional = "9000000.00000000",
                applyMaxToMarket = false, avgPriceMins = 5,
            },
        },
        permissions = Array.Empty<string>(),
        permissionSets = new[] { new[] { "SPOT" } },
        defaultSelfTradePreventionMode = "EXPIRE_MAKER",
        allowedSelfTradePreventionModes = TradeModes,
    };

    private static string Tick(BinanceMarket one) => BinanceTape.Text(BinanceTape.Tick(one.Decimals), 8);
}
