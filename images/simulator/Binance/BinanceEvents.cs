using System.Globalization;

namespace StockPipeline.Simulator.Binance;

/// <summary>What a stream says of a stretch of time.</summary>
internal sealed class BinanceEvents(BinanceMarkets markets, BinanceTape tape, int most)
{
    public IEnumerable<string> Of(string stream, long fromMs, long toMs)
    {
        if (stream.StartsWith("!miniTicker@arr", StringComparison.Ordinal))
            return AllMini(fromMs, toMs);
        var at = stream.IndexOf('@', StringComparison.Ordinal);
        if (at <= 0 || markets.Find(stream[..at].ToUpperInvariant()) is not { } one || stream[..at].Any(char.IsAsciiLetterUpper))
            return [];
        return stream[(at + 1)..] switch
        {
            "trade" => Trades(one, fromMs, toMs),
            "bookTicker" => Books(one, fromMs, toMs),
            "miniTicker" => Seconds(one, fromMs, toMs, Mini),
            "ticker" => Seconds(one, fromMs, toMs, Full),
            ['k', 'l', 'i', 'n', 'e', '_', .. var interval] when BinanceIntervals.LengthMs(interval) is { } length =>
                Bars(one, interval, length, fromMs, toMs),
            _ => [],
        };
    }

    private IEnumerable<string> Trades(BinanceMarket one, long fromMs, long toMs) => tape.Trades(one, fromMs, toMs, most).Select(trade =>
        string.Create(CultureInfo.InvariantCulture,
            $$"""
            {"e":"trade","E":{{trade.TimeMs + 1}},"s":"{{one.Symbol}}","t":{{trade.Id}},"p":"{{Price(one, trade.Price)}}",
            "q":"{{Size(trade.Quantity)}}","T":{{trade.TimeMs}},"m":{{Flag(trade.IsBuyerMaker)}},"M":true}
            """));

    private IEnumerable<string> Books(BinanceMarket one, long fromMs, long toMs) => tape.Trades(one, fromMs, toMs, most).Select(trade =>
    {
        var (bid, ask) = BinanceTape.Book(one, trade);
        return string.Create(CultureInfo.InvariantCulture,
            $$"""{"u":{{trade.Id}},"s":"{{one.Symbol}}","b":"{{Price(one, bid)}}","B":"1.00000000","a":"{{Price(one, ask)}}","A":"1.00000000"}""");
    });

    /// <summary>Once a second, as long as the market is open.</summary>
    private IEnumerable<string> Seconds(BinanceMarket one, long fromMs, long toMs, Func<BinanceMarket, long, string> show)
    {
        var second = tape.OpenUntil(one, toMs) / 1000 * 1000;
        if (second > fromMs)
            yield return show(one, second);
    }

    private string Mini(BinanceMarket one, long nowMs)
    {
        var (day, _, _) = tape.Day(one, nowMs);
        return string.Create(CultureInfo.InvariantCulture,
            $$"""
            {"e":"24hrMiniTicker","E":{{nowMs}},"s":"{{one.Symbol}}","c":"{{Price(one, tape.Last(one, nowMs).Price)}}",
            "o":"{{Price(one, day.Open)}}","h":"{{Price(one, day.High)}}","l":"{{Price(one, day.Low)}}","v":"{{Size(day.Volume)}}",
            "q":"{{Size(day.Volume * day.Close)}}"}
            """);
    }

    private string Full(BinanceMarket one, long nowMs)
    {
        var (day, open, close) = tape.Day(one, nowMs);
        var last = tape.Last(one, nowMs);
        var (bid, ask) = BinanceTape.Book(one, last);
        var change = last.Price - day.Open;
        return string.Create(CultureInfo.InvariantCulture,
            $$"""
            {"e":"24hrTicker","E":{{nowMs}},"s":"{{one.Symbol}}","p":"{{Price(one, change)}}",
            "P":"{{BinanceTape.Text(change / day.Open * 100, 3)}}","w":"{{Price(one, day.Close)}}","x":"{{Price(one, day.Open)}}",
            "c":"{{Price(one, last.Price)}}","Q":"{{Size(last.Quantity)}}",
            "b":"{{Price(one, bid)}}","B":"1.00000000","a":"{{Price(one, ask)}}","A":"1.00000000","o":"{{Price(one, day.Open)}}",
            "h":"{{Price(one, day.High)}}","l":"{{Price(one, day.Low)}}","v":"{{Size(day.Volume)}}","q":"{{Size(day.Volume * day.Close)}}",
            "O":{{open}},"C":{{close}},"F":{{open / one.Coin.TradeEveryMs}},"L":{{last.Id}},"n":{{day.Trades}}}
            """);
    }

    private IEnumerable<string> AllMini(long fromMs, long toMs)
    {
        var second = toMs / 1000 * 1000;
        if (second > fromMs)
            yield return $"[{string.Join(',', markets.All.Where(tape.IsOpen).Select(one => Mini(one, second)))}]";
    }

    /// <summary>The bar that is open every two seconds, and each bar that has ended.</summary>
    private IEnumerable<string> Bars(BinanceMarket one, string interval, long length, long fromMs, long toMs)
    {
        for (var end = ((fromMs / length) + 1) * length; end <= toMs; end += length)
            yield return Bar(one, interval, end - length, length, end, isClosed: true);
        var said = toMs / 2000 * 2000;
        if (said > fromMs)
            yield return Bar(one, interval, said / length * length, length, said, isClosed: false);
    }

    private string Bar(BinanceMarket one, string interval, long open, long length, long nowMs, bool isClosed)
    {
        var bar = tape.Bar(one, open, length, nowMs);
        var turnover = Size(bar.Volume * bar.Close);
        return string.Create(CultureInfo.InvariantCulture,
            $$"""
            {"e":"kline","E":{{nowMs}},"s":"{{one.Symbol}}","k":{"t":{{open}},"T":{{open + length - 1}},"s":"{{one.Symbol}}","i":"{{interval}}",
            "f":{{open / one.Coin.TradeEveryMs}},"L":{{nowMs / one.Coin.TradeEveryMs}},"o":"{{Price(one, bar.Open)}}","c":"{{Price(one, bar.Close)}}",
            "h":"{{Price(one, bar.High)}}","l":"{{Price(one, bar.Low)}}","v":"{{Size(bar.Volume)}}","n":{{bar.Trades}},"x":{{Flag(isClosed)}},
            "q":"{{turnover}}","V":"{{Size(bar.Volume / 2)}}","Q":"{{turnover}}","B":"0"}
            """) + "}";
    }

    private static string Price(BinanceMarket one, decimal value) => BinanceTape.Text(value, Math.Max(one.Decimals, 8));

    private static string Size(decimal value) => BinanceTape.Text(value, 8);

    private static string Flag(bool value) => value ? "true" : "false";
}
