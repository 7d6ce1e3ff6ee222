using System.Net;
using Grpc.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging.Abstractions;
using StockPipeline.Contracts.Connections;
using StockPipeline.Market.Api;
using StockPipeline.Market.Contract;
using StockPipeline.Market.Errors;
using StockPipeline.Market.Limits;
using StockPipeline.MarketTests.Server;
using StockPipeline.Testing;
using static StockPipeline.MarketTests.Server.ScriptedServer;

namespace StockPipeline.MarketTests.Api;

public sealed class InvestApiClientTests
{
    [Fact]
    public async Task A_call_carries_token_and_app_name_and_brings_the_reply()
    {
        await using var server = await StartAsync();
        server.Answer<FindInstrumentRequest, FindInstrumentResponse>(
            "FindInstrument", request => new FindInstrumentResponse { Instruments = { new InstrumentShort { Ticker = request.Query } } });
        using var client = server.Client();

        var reply = await client.Instruments.FindInstrumentAsync(new FindInstrumentRequest { Query = "SBER" });

        Assert.Equal("SBER", reply.Instruments.Single().Ticker);
        Assert.Equal("Bearer t.secret", server.LastHeaders["authorization"]);
        Assert.Equal("tests", server.LastHeaders["x-app-name"]);
    }

    [Fact]
    public async Task A_list_larger_than_four_mebibytes_is_read()
    {
        await using var server = await StartAsync();
        var share = new Share { Name = new string('x', 1200) };
        var shares = new SharesResponse { Instruments = { Enumerable.Repeat(share, 5000) } };
        server.Answer<InstrumentsRequest, SharesResponse>("Shares", _ => shares);
        using var client = server.Client();

        Assert.Equal(shares, await client.Instruments.SharesAsync(new InstrumentsRequest()));
    }

    [Fact]
    public async Task A_wrong_token_is_not_tried_again_and_said_in_one_sentence()
    {
        await using var server = await StartAsync();
        var calls = RefuseTariff(server, _ => Error(StatusCode.Unauthenticated, "40003", "token is invalid", "abc"));
        using var client = server.Client();

        var error = await FailureAsync(client);

        Assert.True(error.IsTokenRejected);
        Assert.Equal(
            "The T-Invest API rejects the token: it is missing, wrong or expired (40003: token is invalid, tracking id abc).",
            error.Message);
        Assert.DoesNotContain("t.secret", error.ToString(), StringComparison.Ordinal);
        Assert.Equal(1, calls());
    }

    [Fact]
    public async Task A_passing_failure_is_tried_again()
    {
        await using var server = await StartAsync();
        var calls = RefuseTariff(server, call => call < 3 ? Error(StatusCode.Internal, "70002", "internal network error") : null);
        using var client = server.Client(options => options.Retry = Quick(5));

        await client.Users.GetUserTariffAsync(new GetUserTariffRequest());

        Assert.Equal(3, calls());
    }

    [Fact]
    public async Task Trying_again_has_an_end()
    {
        await using var server = await StartAsync();
        var calls = RefuseTariff(server, _ => Error(StatusCode.Unavailable));
        using var client = server.Client(options => options.Retry = Quick(4));

        await FailureAsync(client);

        Assert.Equal(4, calls());
    }

    [Fact]
    public async Task A_spent_quota_is_told_to_those_who_share_it_and_the_request_is_repeated()
    {
        await using var server = await StartAsync();
        var spent = new RateLimitReport(600, 0, TimeSpan.FromSeconds(17), TimeSpan.FromMinutes(1));
        var left = spent with { Remaining = 599, Reset = TimeSpan.FromSeconds(60) };
        var calls = 0;
        server.Answer<GetCandlesRequest, GetCandlesResponse>(
            "GetCandles", _ => ++calls == 1 ? throw Error(StatusCode.ResourceExhausted, limits: spent) : new GetCandlesResponse(), left);
        var quota = new RecordingQuota();
        using var client = new InvestApiClient(server.Options(), quota, NullLogger<InvestApiClient>.Instance);

        await client.MarketData.GetCandlesAsync(new GetCandlesRequest());

        Assert.Equal([RequestGroup.MarketData, RequestGroup.MarketData], quota.Acquired);
        Assert.Equal([spent with { Reset = TimeSpan.FromSeconds(18) }, left], quota.Reported);
    }

    [Fact]
    public async Task A_server_that_gives_no_answer_runs_into_the_deadline_of_the_clock_that_was_given()
    {
        await using var server = await StartAsync();
        var arrived = new TaskCompletionSource();
        server.BecomeStranger(context => NeverAnswerAsync(context, arrived));
        var clock = new ManualClock(DateTimeOffset.UnixEpoch);
        using var client = server.Client(options =>
            (options.Deadline, options.Retry, options.NetworkClock) = (TimeSpan.FromMinutes(10), Quick(1), clock));
        var call = FailureAsync(client);
        await arrived.Task.WaitAsync(Eventually.Patience, TimeProvider.System);

        clock.Advance(TimeSpan.FromMinutes(10));

        Assert.Equal(StatusCode.DeadlineExceeded, (await call).Status.Code);
    }

    [Fact]
    public async Task Stopping_is_not_an_error_of_the_api()
    {
        await using var server = await StartAsync();
        var arrived = new TaskCompletionSource();
        server.BecomeStranger(context => NeverAnswerAsync(context, arrived));
        using var client = server.Client();
        using var stopping = new CancellationTokenSource();
        var call = client.Users.GetUserTariffAsync(new GetUserTariffRequest(), cancellationToken: stopping.Token).ResponseAsync;
        await arrived.Task.WaitAsync(Eventually.Patience, TimeProvider.System);

        await stopping.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
    }

    [Theory]
    [InlineData(HttpStatusCode.Unauthorized, StatusCode.Unauthenticated, ErrorAction.Blocked)]
    [InlineData(HttpStatusCode.Forbidden, StatusCode.PermissionDenied, ErrorAction.Blocked)]
    [InlineData(HttpStatusCode.NotFound, StatusCode.Unimplemented, ErrorAction.Blocked)]
    [InlineData(HttpStatusCode.OK, StatusCode.Unknown, ErrorAction.Blocked)]
    [InlineData(HttpStatusCode.ServiceUnavailable, StatusCode.Unavailable, ErrorAction.Retry)]
    [InlineData(HttpStatusCode.TooManyRequests, StatusCode.Unavailable, ErrorAction.Retry)]
    public async Task A_page_of_a_proxy_is_never_taken_for_a_verdict_on_what_was_asked(HttpStatusCode http, StatusCode code, ErrorAction action)
    {
        await using var server = await StartAsync();
        server.BecomeStranger(async context =>
        {
            context.Response.StatusCode = (int)http;
            context.Response.ContentType = "text/html";
            await context.Response.WriteAsync("<html>blocked</html>");
        });
        using var client = server.Client(options => options.Retry = Quick(1));

        var error = await FailureAsync(client);

        Assert.Equal((code, StatusOrigin.Stranger, action), (error.Status.Code, error.Status.Origin, error.Verdict.Action));
        Assert.False(error.IsFinal);
        Assert.False(error.IsTokenRejected);
        Assert.Contains($"HTTP status {(int)http}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_proxy_that_refuses_in_the_words_of_grpc_is_believed_and_still_no_verdict()
    {
        await using var server = await StartAsync();
        server.BecomeStranger(context =>
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            context.Response.Headers["grpc-status"] = "7";
            return Task.CompletedTask;
        });
        using var client = server.Client(options => options.Retry = Quick(1));

        var error = await FailureAsync(client);

        Assert.Equal((StatusCode.PermissionDenied, ErrorAction.Blocked), (error.Status.Code, error.Verdict.Action));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(8)]
    [InlineData(12)]
    public async Task A_reset_is_a_broken_line_whatever_code_it_comes_with(int http2Code)
    {
        await using var server = await StartAsync();
        server.BecomeStranger(context =>
        {
            context.Features.GetRequiredFeature<IHttpResetFeature>().Reset(http2Code);
            return Task.CompletedTask;
        });
        using var client = server.Client(options => options.Retry = Quick(1));

        var error = await FailureAsync(client);

        Assert.Equal((StatusOrigin.Network, ErrorAction.Retry), (error.Status.Origin, error.Verdict.Action));
    }

    [Fact]
    public async Task A_message_beyond_our_own_limit_is_not_taken_for_a_spent_quota()
    {
        await using var server = await StartAsync();
        server.BecomeStranger(async context =>
        {
            context.Response.ContentType = "application/grpc";
            await context.Response.Body.WriteAsync(new byte[] { 0, 0xff, 0xff, 0xff, 0xff, 1 });
        });
        using var client = server.Client(options => options.Retry = Quick(1));

        Assert.Equal(ErrorAction.Retry, (await FailureAsync(client)).Verdict.Action);
    }

    [Fact]
    public async Task Nobody_listening_is_unavailable()
    {
        await using var server = await StartAsync();
        using var client = server.Client(options => options.Retry = Quick(1));
        await server.DisposeAsync();

        var error = await FailureAsync(client);

        Assert.Equal((StatusCode.Unavailable, StatusOrigin.Network), (error.Status.Code, error.Status.Origin));
    }

    private static Func<int> RefuseTariff(ScriptedServer server, Func<int, RpcException?> refusal)
    {
        var calls = 0;
        server.Answer<GetUserTariffRequest, GetUserTariffResponse>(
            Tariff, _ => refusal(++calls) is { } refused ? throw refused : new GetUserTariffResponse());
        return () => calls;
    }

    private static Task<InvestApiException> FailureAsync(InvestApiClient client) =>
        Assert.ThrowsAsync<InvestApiException>(() => client.Users.GetUserTariffAsync(new GetUserTariffRequest()).ResponseAsync);

    private static Task NeverAnswerAsync(HttpContext context, TaskCompletionSource arrived)
    {
        arrived.TrySetResult();
        return Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted);
    }

    private static BackoffLimits Quick(int attempts) =>
        new() { First = TimeSpan.FromMilliseconds(1), Cap = TimeSpan.FromMilliseconds(2), Attempts = attempts };

    private sealed class RecordingQuota : IRequestQuota
    {
        public List<RequestGroup> Acquired { get; } = [];

        public List<RateLimitReport> Reported { get; } = [];

        public ValueTask AcquireAsync(RequestGroup group, CancellationToken cancellationToken)
        {
            Acquired.Add(group);
            return ValueTask.CompletedTask;
        }

        public ValueTask ReportAsync(RequestGroup group, RateLimitReport report, CancellationToken cancellationToken)
        {
            Reported.Add(report);
            return ValueTask.CompletedTask;
        }
    }
}
