using StockPipeline.Market.Errors;
using StockPipeline.Market.Grpc;

namespace StockPipeline.MarketTests.Errors;

public sealed class ErrorTableTests
{
    [Theory]
    [InlineData(GrpcStatusCode.InvalidArgument, "30014", ErrorAction.Split)]
    [InlineData(GrpcStatusCode.InvalidArgument, "30011", ErrorAction.Fatal)]
    [InlineData(GrpcStatusCode.Unauthenticated, "40003", ErrorAction.Fatal)]
    [InlineData(GrpcStatusCode.Unauthenticated, "", ErrorAction.Fatal)]
    [InlineData(GrpcStatusCode.NotFound, "50002", ErrorAction.Fatal)]
    [InlineData(GrpcStatusCode.Internal, "70001", ErrorAction.Retry)]
    [InlineData(GrpcStatusCode.ResourceExhausted, "80002", ErrorAction.Wait)]
    [InlineData(GrpcStatusCode.ResourceExhausted, "80004", ErrorAction.Reopen)]
    [InlineData(GrpcStatusCode.ResourceExhausted, "80005", ErrorAction.Retry)]
    [InlineData(GrpcStatusCode.ResourceExhausted, "", ErrorAction.Wait)]
    [InlineData(GrpcStatusCode.Unavailable, "upstream connect error", ErrorAction.Retry)]
    [InlineData(GrpcStatusCode.Cancelled, "", ErrorAction.Retry)]
    [InlineData(GrpcStatusCode.Unavailable, "12002", ErrorAction.Fatal)]
    [InlineData(GrpcStatusCode.Internal, "99999", ErrorAction.Retry)]
    public void Each_error_has_its_action(GrpcStatusCode code, string detail, ErrorAction action) =>
        Assert.Equal(action, ErrorVerdict.Of(new GrpcStatus(code, detail)).Action);

    [Fact]
    public void Codes_are_listed_once() => Assert.Equal(ErrorTable.All.Count, ErrorTable.All.DistinctBy(error => error.Code).Count());

    [Fact]
    public void How_long_to_wait_is_taken_from_the_headers_and_else_assumed()
    {
        var spent = new GrpcStatus(GrpcStatusCode.ResourceExhausted, "80002");
        var told = spent with { RateLimit = new RateLimitReport(300, 0, TimeSpan.FromSeconds(12), TimeSpan.FromMinutes(1)) };

        Assert.Equal(TimeSpan.FromMinutes(1), ErrorVerdict.Of(spent).Pause);
        Assert.Equal(TimeSpan.FromSeconds(13), ErrorVerdict.Of(told).Pause);
        Assert.Equal(TimeSpan.FromMinutes(2), ErrorVerdict.Of(told with { Detail = "80001" }).Pause);
    }
}
