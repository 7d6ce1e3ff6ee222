using StockPipeline.Contracts.Rates;
using StockPipeline.Rates.Rows;
using StockPipeline.Rates.Sources;

namespace StockPipeline.RatesTests;

public sealed class RowReaderTests
{
    [Fact]
    public void The_usual_rows_name_three_markets_and_eight_averages_at_two_hosts()
    {
        var reading = RowReader.Read(StartupRows.All, ModuleCatalog.Default);

        Assert.Empty(reading.Refused);
        Assert.Equal(
            ["bitcoin-rub/coingecko", "bitcoin-usd/coingecko", "bitcoin-usdt/binance", "ethereum-rub/coingecko", "ethereum-usd/coingecko",
                "ethereum-usdt/binance", "tether-rub/coingecko", "tether-usd/coingecko", "tron-rub/coingecko", "tron-usd/coingecko",
                "tron-usdt/binance"],
            reading.Accepted.SelectMany(row => row.Feeds).Select(feed => feed.Key.ToString()).Order(StringComparer.Ordinal));
        Assert.Equal(
            ["binance-stream wss://stream.binance.com:9443", "coingecko-simple-price https://api.coingecko.com"],
            reading.Accepted.Select(row => row.Link.ToString()).Distinct());
    }

    [Theory]
    [InlineData("wss://stream.binance.com:9443/ws/ethusdt@trade", "tether-usd", "binance-stream", "ETHUSDT is the market of ethereum, not of tether")]
    [InlineData("wss://stream.binance.com:9443/ws/ethbtc@trade", "ethereum-usd", "binance-stream", "ETHBTC is quoted in btc, not in usd")]
    [InlineData("wss://stream.binance.com:9443/ws/btcusdt@depth", "bitcoin-usd", "binance-stream", "stream 'btcusdt@depth' is none of a price")]
    [InlineData("wss://stream.binance.com:9443/ws/btcusdt@trade", "bitcoin,tron-usd", "binance-stream", "url names 1 streams and currency_pair 2")]
    [InlineData("https://stream.binance.com/ws/btcusdt@trade", "bitcoin-usd", "binance-stream", "is none that begins with wss:// or ws://")]
    [InlineData("wss://ws.kraken.com/v2?symbol=XBT/USD", "bitcoin-usd", "kraken-ticker", "the second calls it BTC/USD")]
    [InlineData("https://api.coingecko.com/api/v3/coins/list", "bitcoin-usd", "coingecko-simple-price", "does not end in /simple/price")]
    [InlineData("https://api.binance.com/api/v3/ticker/price", "bitcoin-usd", "binance-rest", "names no symbols")]
    [InlineData("wss://stream.binance.com:9443/ws/btcusdt@trade", "bitcoin", "binance-stream", "currency_pair 'bitcoin' is not understood")]
    [InlineData("wss://stream.binance.com:9443/ws/btcusdt@trade", "Bitcoin-USD", "binance-stream", "currency_pair 'Bitcoin-USD' is not understood")]
    [InlineData("wss://stream.binance.com:9443/ws/btcusdt@trade", "bitcoin-usd", "os:system", "task_type 'os:system' is not known; allowed: bin")]
    public void A_row_that_cannot_be_right_is_refused_in_a_sentence_and_harms_no_other(string url, string pairs, string task, string problem)
    {
        var wrong = Row(7, url, pairs, task);

        var reading = RowReader.Read([.. StartupRows.All, wrong], ModuleCatalog.Default);

        Assert.Contains(problem, Assert.Single(reading.Refused, row => row.Id == 7).Problem, StringComparison.Ordinal);
        Assert.Equal(4, reading.Accepted.Count);
    }

    [Fact]
    public void Two_rows_that_would_publish_the_same_are_told_apart_by_their_ids()
    {
        var again = Row(9, "wss://stream.binance.com:9443/ws/btcusdt@bookTicker", "bitcoin-usdt", "binance-stream");

        var refused = Assert.Single(RowReader.Read([.. StartupRows.All, again], ModuleCatalog.Default).Refused);

        Assert.Equal((9, "bitcoin-usdt/binance comes from row 1 already: give one of them another wrapper_type"), (refused.Id, refused.Problem));
    }

    [Fact]
    public void A_row_that_is_not_enabled_asks_for_nothing_and_one_with_a_limit_has_it()
    {
        var rows = StartupRows.All.Select(row => row with { Enabled = row.Id == 3, MaxAgeMs = 600_000, Priority = 5 });

        var feed = Assert.Single(Assert.Single(RowReader.Read(rows, ModuleCatalog.Default).Accepted).Feeds);

        Assert.Equal((TimeSpan.FromMinutes(10), 5, "trxusdt@trade"), (feed.MaxAge, feed.Priority, feed.Name));
    }

    [Fact]
    public void A_third_exchange_is_a_class_in_a_folder_and_nothing_else()
    {
        var row = Row(5, "wss://ws.kraken.com/v2?symbol=BTC/USD,ETH/USD", "bitcoin,ethereum-usd", "kraken-ticker");

        var source = Assert.Single(RowReader.Read([row], ModuleCatalog.Default).Accepted);

        Assert.Equal(["BTC/USD", "ETH/USD"], source.Feeds.Select(feed => feed.Name));
        Assert.Equal(["bitcoin-usd", "ethereum-usd"], source.Feeds.Select(feed => feed.Key.Pair.ToString()));
    }

    private static TradeInfo Row(long id, string url, string pairs, string task) =>
        new() { Id = id, Url = url, CurrencyPair = pairs, TaskType = task, WrapperType = "binance" };
}
