using Microsoft.Extensions.Logging.Abstractions;
using StockPipeline.Contracts.Connections;
using StockPipeline.Hosting;
using StockPipeline.Hosting.Status;
using StockPipeline.Hosting.Telemetry;
using StockPipeline.Testing;

namespace StockPipeline.HostingTests;

public sealed class ResilientLoopTests
{
    private readonly ManualClock clock = new(DateTimeOffset.UnixEpoch);
    private readonly Health health;
    private readonly Metrics metrics;

    public ResilientLoopTests() => (health, metrics) = (new Health("sample", clock), Metrics.Of("sample", clock));

    [Fact]
    public async Task A_failure_that_may_pass_opens_the_session_again_after_a_pause()
    {
        var loop = LoopOf(attempts: 10);
        var sessions = 0;

        var running = loop.RunAsync(_ => ++sessions < 3 ? throw new IOException("cut off") : Task.CompletedTask, IsIo, CancellationToken.None);
        Assert.Equal(1, sessions);
        Assert.Equal(CheckState.Failing, Assert.Single(health.Checks).State);
        clock.Advance(TimeSpan.FromSeconds(1));
        await Eventually.TrueAsync(() => sessions == 2 && clock.Waiting == 1);
        clock.Advance(TimeSpan.FromSeconds(2));
        await running;

        Assert.Equal(3, sessions);
        Assert.Equal(2, metrics.Errors("stream").Value);
    }

    [Fact]
    public async Task A_failure_that_will_not_pass_goes_to_the_caller_at_once()
    {
        var loop = LoopOf(attempts: 10);

        await Assert.ThrowsAsync<InvalidDataException>(
            () => loop.RunAsync(_ => throw new InvalidDataException("wrong token"), IsIo, CancellationToken.None));
    }

    [Fact]
    public async Task Too_many_failures_in_a_row_go_to_the_caller()
    {
        var loop = LoopOf(attempts: 2);

        var running = loop.RunAsync(_ => throw new IOException("cut off"), IsIo, CancellationToken.None);
        clock.Advance(TimeSpan.FromSeconds(1));

        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => running);
        Assert.Equal("stream gave up after 2 failures in a row.", failure.Message);
        Assert.IsType<IOException>(failure.InnerException);
    }

    [Fact]
    public async Task Success_between_failures_starts_the_count_over_and_shows_as_ready()
    {
        var loop = LoopOf(attempts: 2);
        var sessions = 0;
        using var stop = new CancellationTokenSource();

        var running = loop.RunAsync(
            async token =>
            {
                sessions++;
                loop.Succeeded();
                if (sessions < 5)
                    throw new IOException("cut off");
                await Task.Delay(Timeout.InfiniteTimeSpan, clock, token);
            },
            IsIo, stop.Token);
        for (var turn = 1; turn < 5; turn++)
        {
            await Eventually.TrueAsync(() => sessions == turn && clock.Waiting == 1);
            clock.Advance(TimeSpan.FromSeconds(1));
        }
        await Eventually.TrueAsync(() => sessions == 5);
        Assert.Equal(CheckState.Ready, Assert.Single(health.Checks).State);
        await stop.CancelAsync();
        await running;
    }

    [Fact]
    public async Task Stop_ends_a_pause_without_failure()
    {
        var loop = LoopOf(attempts: 10);
        using var stop = new CancellationTokenSource();

        var running = loop.RunAsync(_ => throw new IOException("cut off"), IsIo, stop.Token);
        await stop.CancelAsync();

        await running;
        Assert.Equal(0, clock.Waiting);
    }

    private static bool IsIo(Exception failure) => failure is IOException;

    private ResilientLoop LoopOf(int attempts) =>
        new("stream", new BackoffLimits { First = TimeSpan.FromSeconds(1), Cap = TimeSpan.FromSeconds(10), Attempts = attempts },
            clock, health, metrics, NullLogger.Instance, () => 1);
}
