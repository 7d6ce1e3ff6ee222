using StockPipeline.Market.Grpc;

namespace StockPipeline.MarketTests.Grpc;

public sealed class GrpcStatusTests
{
    [Fact]
    public void A_status_is_read_as_it_was_written()
    {
        var status = new GrpcStatus(GrpcStatusCode.ResourceExhausted, "80002")
        {
            Text = "request limit exceeded: 100%, Лимит",
            TrackingId = "0123456789abcdef0123456789abcdef",
            RateLimit = new RateLimitReport(300, 0, TimeSpan.FromSeconds(17), TimeSpan.FromSeconds(60)),
        };
        var headers = new Dictionary<string, string>();

        status.Write(headers.Add);

        Assert.Equal(status, GrpcStatus.Read(headers.GetValueOrDefault));
        Assert.Equal(80002, status.ApiCode);
        Assert.All(headers.Values, value => Assert.DoesNotContain(value, one => one is < ' ' or > '~'));
    }

    [Fact]
    public void Throttling_by_a_proxy_has_no_detail_but_limits()
    {
        var headers = new Dictionary<string, string>
        {
            ["grpc-status"] = "8",
            ["grpc-message"] = "",
            ["x-ratelimit-limit"] = "300, 300;w=30",
            ["x-ratelimit-remaining"] = "0",
            ["x-ratelimit-reset"] = "5",
        };

        var status = GrpcStatus.Read(headers.GetValueOrDefault)!;

        Assert.Null(status.ApiCode);
        Assert.Equal(new RateLimitReport(300, 0, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(30)), status.RateLimit);
    }

    [Theory]
    [InlineData("17")]
    [InlineData("-1")]
    [InlineData("what")]
    public void A_status_nobody_knows_is_unknown(string code) =>
        Assert.Equal(GrpcStatusCode.Unknown, GrpcStatus.Read(name => name == "grpc-status" ? code : null)!.Code);

    [Theory]
    [InlineData("1", null)]
    [InlineData("250m", 250.0)]
    [InlineData("3S", 3000.0)]
    [InlineData("2M", 120000.0)]
    [InlineData("123456789m", null)]
    [InlineData("5x", null)]
    public void A_timeout_is_digits_and_a_unit(string header, double? milliseconds) =>
        Assert.Equal(milliseconds, GrpcTimeout.Read(header)?.TotalMilliseconds);

    [Theory]
    [InlineData(0)]
    [InlineData(1500)]
    [InlineData(99_999_999)]
    [InlineData(100_000_000_000)]
    public void A_written_timeout_has_at_most_eight_digits(long milliseconds) =>
        Assert.InRange(GrpcTimeout.Read(GrpcTimeout.Write(TimeSpan.FromMilliseconds(milliseconds)))!.Value.TotalMilliseconds, 1, milliseconds + 1);
}
