using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using StockPipeline.Contracts.Connections;
using StockPipeline.Market.Api;
using StockPipeline.Market.Contract;
using StockPipeline.Market.Errors;
using StockPipeline.Market.Grpc;
using StockPipeline.Market.Limits;
using StockPipeline.MarketTests.Server;

namespace StockPipeline.MarketTests.Api;

public sealed class InvestApiClientTests
{
    private static readonly CancellationToken Stop = CancellationToken.None;

    [Fact]
    public async Task A_call_carries_token_and_app_name_and_brings_the_reply()
    {
        await using var server = await ScriptedServer.StartAsync();
        server.Answer(
            InvestMethods.FindInstrument,
            request => new FindInstrumentResponse { Instruments = { new InstrumentShort { Ticker = request.Query } } });
        using var client = server.Client();

        var reply = await client.Instruments.FindInstrumentAsync(new FindInstrumentRequest { Query = "SBER" }, Stop);

        Assert.Equal("SBER", reply.Instruments.Single().Ticker);
        Assert.Equal("Bearer t.secret", server.LastHeaders["authorization"]);
        Assert.Equal("tests", server.LastHeaders["x-app-name"]);
        Assert.Equal("trailers", server.LastHeaders["te"]);
        Assert.Equal("application/grpc", server.LastHeaders["content-type"]);
        Assert.NotNull(GrpcTimeout.Read(server.LastHeaders["grpc-timeout"]));
    }

    [Fact]
    public async Task A_list_larger_than_four_mebibytes_is_read()
    {
        await using var server = await ScriptedServer.StartAsync();
        var share = new Share { Name = new string('x', 1200) };
        var shares = new SharesResponse { Instruments = { Enumerable.Repeat(share, 5000) } };
        server.Answer(InvestMethods.Shares, _ => shares);
        using var client = server.Client();

        Assert.Equal(shares, await client.Instruments.SharesAsync(Stop));
    }

    [Fact]
    public async Task A_wrong_token_is_final_and_said_in_one_sentence()
    {
        await using var server = await ScriptedServer.StartAsync();
        var calls = 0;
        server.Answer<GetUserTariffRequest, GetUserTariffResponse>(InvestMethods.GetUserTariff, _ =>
        {
            calls++;
            throw new GrpcException(new GrpcStatus(GrpcStatusCode.Unauthenticated, "40003") { Text = "token is invalid", TrackingId = "abc" });
        });
        using var client = server.Client();

        var error = await Assert.ThrowsAsync<InvestApiException>(() => client.Users.GetUserTariffAsync(Stop));

        Assert.True(error.IsTokenRejected);
        Assert.Equal(
            "The T-Invest API rejects the token: it is missing, wrong or expired (40003: token is invalid, tracking id abc).",
            error.Message);
        Assert.DoesNotContain("t.secret", error.ToString(), StringComparison.Ordinal);
        Assert.Equal(1, calls);
    }

    [Fact]
    public async Task A_passing_failure_is_tried_again()
    {
        await using var server = await ScriptedServer.StartAsync();
        var calls = 0;
        server.Answer(InvestMethods.GetUserTariff, _ => ++calls < 3
            ? throw new GrpcException(new GrpcStatus(GrpcStatusCode.Internal, "70002") { Text = "internal network error" })
            : new GetUserTariffResponse());
        using var client = server.Client(options => options.Retry = Quick(5));

        await client.Users.GetUserTariffAsync(Stop);

        Assert.Equal(3, calls);
    }

    [Fact]
    public async Task Trying_again_has_an_end()
    {
        await using var server = await ScriptedServer.StartAsync();
        var calls = 0;
        server.Answer<GetUserTariffRequest, GetUserTariffResponse>(InvestMethods.GetUserTariff, _ =>
        {
            calls++;
            throw new GrpcException(new GrpcStatus(GrpcStatusCode.Unavailable));
        });
        using var client = server.Client(options => options.Retry = Quick(4));

        await Assert.ThrowsAsync<InvestApiException>(() => client.Users.GetUserTariffAsync(Stop));

        Assert.Equal(4, calls);
    }

    [Fact]
    public async Task A_spent_quota_is_told_to_those_who_share_it_and_the_request_is_repeated()
    {
        await using var server = await ScriptedServer.StartAsync();
        var spent = new RateLimitReport(600, 0, TimeSpan.FromSeconds(17), TimeSpan.FromMinutes(1));
        var left = spent with { Remaining = 599, Reset = TimeSpan.FromSeconds(60) };
        var calls = 0;
        server.Answer(
            InvestMethods.GetCandles,
            _ => ++calls == 1
                ? throw new GrpcException(new GrpcStatus(GrpcStatusCode.ResourceExhausted) { RateLimit = spent })
                : new GetCandlesResponse(),
            left);
        var quota = new RecordingQuota();
        using var client = new InvestApiClient(server.Options(), quota, NullLogger<InvestApiClient>.Instance);

        await client.MarketData.GetCandlesAsync(new GetCandlesRequest(), Stop);

        Assert.Equal([RequestGroup.MarketData, RequestGroup.MarketData], quota.Taken);
        Assert.Equal([spent with { Reset = TimeSpan.FromSeconds(18) }, left], quota.Reported);
    }

    [Fact]
    public async Task A_server_that_gives_no_answer_runs_into_the_deadline()
    {
        await using var server = await ScriptedServer.StartAsync();
        server.Serve(InvestMethods.GetUserTariff.Path, NeverAnswerAsync);
        using var client = server.Client(options => (options.Deadline, options.Retry) = (TimeSpan.FromMilliseconds(50), Quick(1)));

        var error = await Assert.ThrowsAsync<InvestApiException>(() => client.Users.GetUserTariffAsync(Stop));

        Assert.Equal(GrpcStatusCode.DeadlineExceeded, error.Status.Code);
    }

    [Fact]
    public async Task Stopping_is_not_an_error_of_the_api()
    {
        await using var server = await ScriptedServer.StartAsync();
        server.Serve(InvestMethods.GetUserTariff.Path, NeverAnswerAsync);
        using var client = server.Client();
        using var stopping = new CancellationTokenSource(TimeSpan.FromMilliseconds(50), TimeProvider.System);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.Users.GetUserTariffAsync(stopping.Token));
    }

    [Theory]
    [InlineData(StatusCodes.Status401Unauthorized, GrpcStatusCode.Unauthenticated)]
    [InlineData(StatusCodes.Status503ServiceUnavailable, GrpcStatusCode.Unavailable)]
    [InlineData(StatusCodes.Status404NotFound, GrpcStatusCode.Unimplemented)]
    [InlineData(StatusCodes.Status200OK, GrpcStatusCode.Unknown)]
    public async Task An_answer_that_is_no_grpc_is_told_as_what_it_is(int http, GrpcStatusCode expected)
    {
        await using var server = await ScriptedServer.StartAsync();
        server.Serve(InvestMethods.GetUserTariff.Path, async context =>
        {
            context.Response.StatusCode = http;
            context.Response.ContentType = "text/html";
            await context.Response.WriteAsync("<html>");
        });
        using var client = server.Client(options => options.Retry = Quick(1));

        var error = await Assert.ThrowsAsync<InvestApiException>(() => client.Users.GetUserTariffAsync(Stop));

        Assert.Equal(expected, error.Status.Code);
    }

    [Fact]
    public async Task Nobody_listening_is_unavailable()
    {
        await using var server = await ScriptedServer.StartAsync();
        using var client = server.Client(options => options.Retry = Quick(1));
        await server.DisposeAsync();

        var error = await Assert.ThrowsAsync<InvestApiException>(() => client.Users.GetUserTariffAsync(Stop));

        Assert.Equal(GrpcStatusCode.Unavailable, error.Status.Code);
    }

    private static Task NeverAnswerAsync(HttpContext context) =>
        Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted);

    private static BackoffLimits Quick(int attempts) =>
        new() { First = TimeSpan.FromMilliseconds(1), Cap = TimeSpan.FromMilliseconds(2), Attempts = attempts };

    private sealed class RecordingQuota : IRequestQuota
    {
        public List<RequestGroup> Taken { get; } = [];

        public List<RateLimitReport> Reported { get; } = [];

        public ValueTask TakeAsync(RequestGroup group, CancellationToken stop)
        {
            Taken.Add(group);
            return ValueTask.CompletedTask;
        }

        public ValueTask ReportAsync(RequestGroup group, RateLimitReport report, CancellationToken stop)
        {
            Reported.Add(report);
            return ValueTask.CompletedTask;
        }
    }
}
