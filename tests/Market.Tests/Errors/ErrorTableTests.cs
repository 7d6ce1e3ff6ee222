using Grpc.Core;
using StockPipeline.Market.Errors;
using StockPipeline.Market.Limits;

namespace StockPipeline.MarketTests.Errors;

public sealed class ErrorTableTests
{
    [Theory]
    [InlineData(StatusCode.InvalidArgument, "30014", ErrorAction.Split)]
    [InlineData(StatusCode.InvalidArgument, "30011", ErrorAction.Final)]
    [InlineData(StatusCode.InvalidArgument, "30999", ErrorAction.Final)]
    [InlineData(StatusCode.NotFound, "50002", ErrorAction.Final)]
    [InlineData(StatusCode.NotFound, "", ErrorAction.Blocked)]
    [InlineData(StatusCode.InvalidArgument, "no healthy filter", ErrorAction.Blocked)]
    [InlineData(StatusCode.Unauthenticated, "40003", ErrorAction.Blocked)]
    [InlineData(StatusCode.Unauthenticated, "", ErrorAction.Blocked)]
    [InlineData(StatusCode.PermissionDenied, "40002", ErrorAction.Blocked)]
    [InlineData(StatusCode.PermissionDenied, "40004", ErrorAction.Blocked)]
    [InlineData(StatusCode.PermissionDenied, "", ErrorAction.Blocked)]
    [InlineData(StatusCode.FailedPrecondition, "90002", ErrorAction.Blocked)]
    [InlineData(StatusCode.Unavailable, "12002", ErrorAction.Blocked)]
    [InlineData(StatusCode.Internal, "70001", ErrorAction.Retry)]
    [InlineData(StatusCode.ResourceExhausted, "80002", ErrorAction.Wait)]
    [InlineData(StatusCode.ResourceExhausted, "80004", ErrorAction.Reopen)]
    [InlineData(StatusCode.ResourceExhausted, "80005", ErrorAction.Retry)]
    [InlineData(StatusCode.ResourceExhausted, "", ErrorAction.Wait)]
    [InlineData(StatusCode.Unavailable, "upstream connect error", ErrorAction.Retry)]
    [InlineData(StatusCode.Cancelled, "", ErrorAction.Retry)]
    [InlineData(StatusCode.Internal, "99999", ErrorAction.Retry)]
    public void Each_error_has_its_action(StatusCode code, string detail, ErrorAction action) =>
        Assert.Equal(action, ErrorTable.Judge(new CallStatus(code, detail)).Action);

    [Fact]
    public void Codes_are_listed_once() => Assert.Equal(ErrorTable.All.Count, ErrorTable.All.DistinctBy(error => error.Code).Count());

    [Fact]
    public void Only_answers_about_the_range_or_the_instrument_are_final() =>
        Assert.All(
            ErrorTable.All.Where(error => error.Action == ErrorAction.Final),
            error => Assert.True(error.Code is >= 30_000 and < 40_000 or 50001 or 50002, $"{error}"));

    [Fact]
    public void How_long_to_wait_is_taken_from_the_headers_and_else_assumed()
    {
        var spent = new CallStatus(StatusCode.ResourceExhausted, "80002");
        var told = spent with { RateLimit = new RateLimitReport(300, 0, TimeSpan.FromSeconds(12), TimeSpan.FromMinutes(1)) };

        Assert.Equal(TimeSpan.FromMinutes(1), ErrorTable.Judge(spent).Pause);
        Assert.Equal(TimeSpan.FromSeconds(13), ErrorTable.Judge(told).Pause);
        Assert.Equal(TimeSpan.FromMinutes(2), ErrorTable.Judge(told with { Detail = "80001" }).Pause);
    }

    [Theory]
    [InlineData("600, 600;w=60", "599", "17", 600, 60)]
    [InlineData("300", "0", "1", 300, 60)]
    [InlineData("12, 12;w=1", "3", "1", 12, 1)]
    public void The_headers_of_the_quota_are_read(string limit, string remaining, string reset, int quota, int window)
    {
        var report = RateLimitReport.Read(new Metadata
        {
            { "x-ratelimit-limit", limit }, { "x-ratelimit-remaining", remaining }, { "x-ratelimit-reset", reset },
        });

        Assert.Equal((quota, TimeSpan.FromSeconds(window)), (report!.Limit, report.Window));
        Assert.Equal(report, RateLimitReport.Read(report.ToHeaders()));
    }

    [Theory]
    [InlineData("", "1", "1")]
    [InlineData("600", "many", "1")]
    [InlineData("600", "1", "-1")]
    public void Headers_that_cannot_be_read_are_no_report(string limit, string remaining, string reset) =>
        Assert.Null(RateLimitReport.Read(new Metadata
        {
            { "x-ratelimit-limit", limit }, { "x-ratelimit-remaining", remaining }, { "x-ratelimit-reset", reset },
        }));
}
