using System.Text;
using StockPipeline.Contracts.Rates;
using StockPipeline.Rates.Sources;

namespace StockPipeline.RatesTests;

/// <summary>What the messages of exchanges mean.</summary>
public sealed class ModuleTests
{
    private static readonly StreamModule Binance = (StreamModule)ModuleCatalog.Default.Find("binance-stream")!;

    private static readonly StreamModule Kraken = (StreamModule)ModuleCatalog.Default.Find("kraken-ticker")!;

    private static readonly PollModule CoinGecko = (PollModule)ModuleCatalog.Default.Find("coingecko-simple-price")!;

    private static readonly PollModule Rest = (PollModule)ModuleCatalog.Default.Find("binance-rest")!;

    [Fact]
    public void A_trade_of_Binance_has_its_price_to_the_last_digit_its_time_and_its_number()
    {
        var (feed, tick) = Assert.Single(Read(Binance,
            """
            {"stream":"btcusdt@trade","data":{"e":"trade","E":1672515782136,"s":"BTCUSDT","t":12345,"p":"67012.31000001","q":"100",
            "T":1672515782135,"m":true,"M":true}}
            """).Ticks);

        Assert.Equal("btcusdt@trade", feed);
        Assert.Equal(new Tick(67012.31000001m, null, null, RateKind.Trade, DateTimeOffset.FromUnixTimeMilliseconds(1672515782135), 12345), tick);
    }

    [Fact]
    public void A_book_of_Binance_is_the_middle_of_its_best_and_has_no_time()
    {
        var (feed, tick) = Assert.Single(Read(Binance,
            """{"u":400900217,"s":"BNBUSDT","b":"25.35190000","B":"31.21","a":"25.36520000","A":"40.66"}""").Ticks);

        Assert.Equal("bnbusdt@bookTicker", feed);
        Assert.Equal(new Tick(25.35855m, 25.3519m, 25.3652m, RateKind.Book, null, 400900217), tick);
    }

    [Theory]
    [InlineData("""{"error":{"code":2,"msg":"Invalid request: invalid stream"},"id":2}""")]
    [InlineData("""{"code":2,"msg":"Invalid request: invalid stream","id":null}""")]
    public void An_error_of_Binance_is_understood_in_both_its_forms(string frame) =>
        Assert.Equal("Invalid request: invalid stream", Assert.Single(Read(Binance, frame).Refusals));

    [Fact]
    public void Answers_prove_life_and_a_shutdown_asks_for_another_connection()
    {
        Assert.Equal(1, Read(Binance, """{"result":null,"id":"abc"}""").Signs);
        Assert.NotNull(Read(Binance, """{"stream":"!serverShutdown","data":{"e":"serverShutdown","E":1672515782136}}""").End);
    }

    [Theory]
    [InlineData("<html>")]
    [InlineData("[1,2]")]
    [InlineData("""{"e":"trade","T":"soon","p":"1"}""")]
    [InlineData("""{"e":"trade","p":true}""")]
    [InlineData("")]
    public void What_is_no_message_is_said_and_never_a_price(string frame)
    {
        Assert.Throws<FormatException>(() => Read(Binance, frame));
        Assert.Throws<FormatException>(() => Read(CoinGecko, frame.Length > 2 && frame[0] == '{' ? "null" : frame, "bitcoin/usd"));
    }

    [Fact]
    public void Long_lists_are_asked_for_in_messages_the_exchange_answers_soon()
    {
        var feeds = Enumerable.Range(1, 900).Select(number => $"coin{number:000}usdt@trade").ToList();

        var messages = Binance.Subscribe(feeds, 10);

        Assert.All(messages, message => Assert.True(message.Length < 4_000));
        Assert.Equal(feeds.Count, messages.Sum(message => message.Split("@trade").Length - 1));
        Assert.EndsWith("\"id\":10}", messages[0], StringComparison.Ordinal);
    }

    [Fact]
    public void A_market_that_is_missing_in_the_list_is_gone_and_one_that_is_not_traded_is_halted()
    {
        var sink = new CollectedFrames();

        Binance.TakeListing(
            Encoding.UTF8.GetBytes(
                """
                {"timezone":"UTC","symbols":[{"symbol":"BTCUSDT","status":"TRADING","filters":[{"a":1}]},{"symbol":"X","status":"BREAK"}]}
                """),
            ["btcusdt@trade", "x@trade", "lunausdt@trade"], sink);

        Assert.Equal([RateStatus.Live, RateStatus.Halted, RateStatus.Gone], sink.Statuses.Select(one => one.Status));
    }

    [Fact]
    public void CoinGecko_is_asked_once_for_all_and_a_price_without_a_time_is_not_taken()
    {
        var url = new Uri("https://api.coingecko.com/api/v3/simple/price");
        var request = Assert.Single(CoinGecko.Requests(url, ["bitcoin/usd", "tron/rub", "old/usd"]));
        Assert.Equal("?ids=bitcoin%2Ctron%2Cold&vs_currencies=rub%2Cusd&include_last_updated_at=true&precision=full", request.Url.Query);

        var sink = Read(CoinGecko,
            """{"tron":{"usd":0.11,"rub":9.21e-06,"last_updated_at":1700000000},"bitcoin":{"usd":67012.5}}""", "bitcoin/usd", "tron/rub", "old/usd");

        var (feed, tick) = Assert.Single(sink.Ticks);
        Assert.Equal(("tron/rub", 0.00000921m, 1_700_000_000L), (feed, tick.Price, tick.Sequence));
        Assert.Contains("bitcoin/usd", Assert.Single(sink.Refusals), StringComparison.Ordinal);
        Assert.Equal(("old/usd", RateStatus.Gone), (sink.Statuses[0].Feed, sink.Statuses[0].Status));
    }

    [Fact]
    public void A_symbol_that_an_answer_of_Binance_leaves_out_is_halted()
    {
        var sink = Read(Rest, """[{"symbol":"BTCUSDT","lastPrice":"67000.10","closeTime":1700000000123,"count":5}]""", "BTCUSDT", "LUNAUSDT");

        Assert.Equal(67000.10m, Assert.Single(sink.Ticks).Tick.Price);
        Assert.Equal(("LUNAUSDT", RateStatus.Halted), (sink.Statuses[0].Feed, sink.Statuses[0].Status));
    }

    [Fact]
    public void Kraken_says_numbers_and_not_texts_and_refuses_one_symbol_at_a_time()
    {
        var sink = Read(Kraken,
            """
            {"channel":"ticker","type":"update","data":[
            {"symbol":"BTC/USD","bid":67011.9,"ask":67012.0,"last":67012.3,"timestamp":"2026-11-20T10:00:00.123456Z"}]}
            """);
        Assert.Equal((67012.3m, 67011.9m), (sink.Ticks[0].Tick.Price, sink.Ticks[0].Tick.Bid));

        Assert.Equal(1, Read(Kraken, """{"channel":"heartbeat"}""").Signs);
        const string refused = """{"error":"Currency pair not supported XBT/EUR","method":"subscribe","success":false,"symbol":"XBT/EUR"}""";
        Assert.Equal("XBT/EUR", Read(Kraken, refused).Statuses[0].Feed);
        const string closed = """{"channel":"status","type":"update","data":[{"system":"maintenance"}]}""";
        Assert.Equal(RateStatus.Halted, Read(Kraken, closed).Statuses[0].Status);
        Assert.Equal("Exceeded msg rate", Read(Kraken, """{"Error":"Exceeded msg rate"}""").Refusals[0]);
    }

    [Theory]
    [InlineData(418, null, RefusalKind.Banned)]
    [InlineData(429, 7, RefusalKind.TooMany)]
    [InlineData(451, null, RefusalKind.Barred)]
    [InlineData(403, null, RefusalKind.Barred)]
    [InlineData(503, null, RefusalKind.Away)]
    [InlineData(400, null, RefusalKind.Wrong)]
    public void A_refusal_means_what_its_status_says_whatever_its_body_is(int status, int? retryAfter, RefusalKind kind)
    {
        var pause = retryAfter is { } seconds ? TimeSpan.FromSeconds(seconds) : (TimeSpan?)null;

        var refusal = Rest.Refuse(status, pause, "<html>\n<body>  Blocked\0 </body>"u8);

        Assert.Equal(kind, refusal.Kind);
        Assert.Equal("<html><body> Blocked </body>", refusal.Text);
        Assert.True(pause is null || refusal.Pause == pause);
    }

    private static CollectedFrames Read(StreamModule module, string frame)
    {
        var sink = new CollectedFrames();
        module.Take(Encoding.UTF8.GetBytes(frame), sink);
        return sink;
    }

    private static CollectedFrames Read(PollModule module, string body, params string[] feeds)
    {
        var sink = new CollectedFrames();
        module.Take(Encoding.UTF8.GetBytes(body), feeds, sink);
        return sink;
    }
}
