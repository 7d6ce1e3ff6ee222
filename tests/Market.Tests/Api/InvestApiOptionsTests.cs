using Microsoft.Extensions.Logging.Abstractions;
using StockPipeline.Contracts.Connections;
using StockPipeline.Market.Api;
using StockPipeline.Market.Limits;

namespace StockPipeline.MarketTests.Api;

public sealed class InvestApiOptionsTests
{
    [Theory]
    [InlineData(null, false, "https://invest-public-api.tbank.ru/")]
    [InlineData(null, true, "https://sandbox-invest-public-api.tbank.ru/")]
    [InlineData("invest-public-api.tinkoff.ru:443", false, "https://invest-public-api.tinkoff.ru/")]
    [InlineData("example.org:8443", true, "https://example.org:8443/")]
    [InlineData("http://127.0.0.1:15051", false, "http://127.0.0.1:15051/")]
    public void The_address_follows_host_and_sandbox(string? host, bool sandbox, string address) =>
        Assert.Equal(new Uri(address), new InvestApiOptions { Host = host, Sandbox = sandbox }.Address);

    [Theory]
    [InlineData("ftp://example.org")]
    [InlineData("https://example.org/path")]
    [InlineData("not a host")]
    [InlineData("http://example.org:80")]
    public void A_host_that_cannot_be_used_is_refused_with_its_name(string host)
    {
        var error = Assert.Throws<InvalidOperationException>(() => new InvestApiOptions { Host = host }.Address);

        Assert.Contains(host, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Plain_http_to_another_machine_must_be_allowed_on_purpose() =>
        Assert.Equal(new Uri("http://simulator:15051/"), new InvestApiOptions { Host = "http://simulator:15051", AllowPlainHttp = true }.Address);

    [Fact]
    public void The_real_api_needs_a_token()
    {
        Assert.Throws<InvalidOperationException>(() => Client(new InvestApiOptions()));
        Assert.Throws<InvalidOperationException>(() => Client(new InvestApiOptions { AccessToken = new Secret("t.with space") }));
        using var real = Client(new InvestApiOptions { AccessToken = new Secret("t.token") });
        using var simulated = Client(new InvestApiOptions { Host = "http://127.0.0.1:1" });
    }

    private static InvestApiClient Client(InvestApiOptions options) =>
        new(options, new InProcessQuota(TimeProvider.System), NullLogger<InvestApiClient>.Instance);
}
