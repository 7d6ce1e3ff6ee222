using System.Net;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using StockPipeline.Simulator.CoinGecko;
using StockPipeline.Simulator.Currencies;

namespace StockPipeline.SimulatorTests;

/// <summary>The simulated CoinGecko as whoever asks it sees it.</summary>
public sealed class CoinGeckoWorldTests
{
    [Fact]
    public async Task An_answer_tells_of_one_moment_though_a_minute_ends_while_it_is_written()
    {
        var market = new CurrencyMarket(1);
        await using var world = new CoinGeckoWorld(market, new HastyClock());
        await world.StartAsync(IPAddress.Loopback, 0, NullLoggerFactory.Instance, default);
        using var http = new HttpClient { BaseAddress = world.Endpoint };
        http.DefaultRequestHeaders.UserAgent.ParseAdd("tests/1");

        var text = await http.GetStringAsync("/api/v3/simple/price?ids=bitcoin&vs_currencies=usd,eur,rub&include_last_updated_at=true");

        var bitcoin = JsonDocument.Parse(text).RootElement.GetProperty("bitcoin");
        var at = bitcoin.GetProperty("last_updated_at").GetInt64() * 1000;
        Assert.All(
            (string[])["usd", "eur", "rub"],
            currency => Assert.Equal(world.PriceOf(market.ById("bitcoin")!, currency, at).Price, bitcoin.GetProperty(currency).GetDecimal()));
    }

    /// <summary>Each time it is asked the next minute has begun.</summary>
    private sealed class HastyClock : TimeProvider
    {
        private long minutes;

        public override DateTimeOffset GetUtcNow() =>
            new DateTimeOffset(2026, 12, 1, 0, 0, 0, TimeSpan.Zero).AddMinutes(Interlocked.Increment(ref minutes));
    }
}
