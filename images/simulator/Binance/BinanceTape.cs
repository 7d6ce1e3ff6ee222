using System.Globalization;
using StockPipeline.Simulator.Currencies;

namespace StockPipeline.Simulator.Binance;

/// <summary>What is known of a market at a moment: its last trade, its book, its day and its bars. Knows of markets that are closed.</summary>
internal sealed class BinanceTape(CurrencyMarket market, WorldFaults faults)
{
    private const string Exchange = "binance";
    private const long DayMs = 86_400_000;

    /// <summary>Trades looked at for one bar; of longer bars some are left out, the first and the last never.</summary>
    private const int TradesOfBar = 400;

    /// <summary>The moment until which the market was open: now, or when it was closed.</summary>
    public long OpenUntil(BinanceMarket one, long nowMs) =>
        faults.Find(WorldFaultKind.Delisted, one.Symbol) is { Since: var since } ? Math.Min(nowMs, since.ToUnixTimeMilliseconds()) : nowMs;

    public bool IsOpen(BinanceMarket one) => faults.Find(WorldFaultKind.Delisted, one.Symbol) is null;

    public CurrencyTrade Last(BinanceMarket one, long nowMs) => market.LastTrade(Exchange, one.Coin, one.Quote, OpenUntil(one, nowMs));

    public IEnumerable<CurrencyTrade> Trades(BinanceMarket one, long fromMs, long toMs, int most) =>
        market.Trades(Exchange, one.Coin, one.Quote, fromMs, OpenUntil(one, toMs), most);

    /// <summary>The best bid and ask around a trade.</summary>
    public static (decimal Bid, decimal Ask) Book(BinanceMarket one, in CurrencyTrade trade)
    {
        var tick = Tick(one.Decimals);
        return (trade.Price - tick, trade.Price + tick);
    }

    public CurrencyBar Bar(BinanceMarket one, long openMs, long lengthMs, long nowMs)
    {
        var end = Math.Min(openMs + lengthMs - 1, OpenUntil(one, nowMs));
        var first = market.LastTrade(Exchange, one.Coin, one.Quote, openMs);
        var bar = new CurrencyBar(openMs, first.Price, first.Price, first.Price, first.Price, 0, 0);
        var stride = Math.Max(1, (end - openMs) / one.Coin.TradeEveryMs / TradesOfBar);
        var seen = 0;
        for (var at = openMs; at <= end; at += one.Coin.TradeEveryMs * stride)
        {
            var trade = market.LastTrade(Exchange, one.Coin, one.Quote, Math.Min(at + one.Coin.TradeEveryMs, end));
            if (trade.TimeMs < openMs)
                continue;
            bar = seen++ == 0 ? new CurrencyBar(openMs, trade.Price, trade.Price, trade.Price, trade.Price, trade.Quantity, 1) : bar.With(trade);
        }
        return bar;
    }

    public (CurrencyBar Day, long OpenMs, long CloseMs) Day(BinanceMarket one, long nowMs)
    {
        var close = OpenUntil(one, nowMs);
        return (Bar(one, close - DayMs, DayMs, close), close - DayMs, close);
    }

    public static string Text(decimal value, int decimals) => value.ToString($"F{decimals}", CultureInfo.InvariantCulture);

    public static decimal Tick(int decimals)
    {
        var tick = 1m;
        for (var i = 0; i < decimals; i++)
            tick /= 10;
        return tick;
    }
}

/// <summary>What was traded in a stretch of time.</summary>
internal sealed record CurrencyBar(long OpenMs, decimal Open, decimal High, decimal Low, decimal Close, decimal Volume, int Trades)
{
    public CurrencyBar With(in CurrencyTrade trade) => this with
    {
        High = Math.Max(High, trade.Price), Low = Math.Min(Low, trade.Price), Close = trade.Price, Volume = Volume + trade.Quantity,
        Trades = Trades + 1,
    };
}
