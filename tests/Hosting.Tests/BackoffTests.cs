using StockPipeline.Contracts.Connections;
using StockPipeline.Testing;

namespace StockPipeline.HostingTests;

public sealed class BackoffTests
{
    private static readonly BackoffLimits Limits = new() { First = TimeSpan.FromSeconds(1), Cap = TimeSpan.FromSeconds(5), Attempts = 6 };

    private readonly ManualClock clock = new(DateTimeOffset.UnixEpoch);

    [Fact]
    public void Pauses_double_up_to_the_cap_and_end_at_the_limit_of_tries()
    {
        var backoff = new Backoff(Limits, clock, () => 1);

        var pauses = Enumerable.Range(0, 6).Select(_ => backoff.NextPause()?.TotalSeconds).ToArray();

        Assert.Equal([1, 2, 4, 5, 5, null], pauses);
    }

    [Fact]
    public void Chance_takes_away_at_most_half_of_a_pause()
    {
        var chance = new Random(Seed: 7);
        var backoff = new Backoff(Limits with { Attempts = 1_000 }, clock, chance.NextDouble);
        backoff.NextPause();
        backoff.NextPause();
        backoff.NextPause();

        var pauses = Enumerable.Range(0, 500).Select(_ => backoff.NextPause()!.Value).ToArray();

        Assert.All(pauses, pause => Assert.InRange(pause, TimeSpan.FromSeconds(2.5), TimeSpan.FromSeconds(5)));
        Assert.True(pauses.Distinct().Count() > 400);
    }

    [Fact]
    public void Success_starts_over()
    {
        var backoff = new Backoff(Limits, clock, () => 1);
        backoff.NextPause();
        backoff.NextPause();

        backoff.Succeeded();

        Assert.Equal(TimeSpan.FromSeconds(1), backoff.NextPause());
    }

    [Fact]
    public async Task Waiting_goes_by_the_given_clock_and_ends_when_stop_is_asked_for()
    {
        using var stop = new CancellationTokenSource();
        var backoff = new Backoff(Limits, clock, () => 1);

        var first = backoff.PauseAsync(stop.Token);
        Assert.False(first.IsCompleted);
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.True(await first);

        var second = backoff.PauseAsync(stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
    }

    [Fact]
    public void A_very_long_row_of_failures_stays_at_the_cap()
    {
        var backoff = new Backoff(BackoffLimits.Patient, clock, () => 1);

        var last = Enumerable.Range(0, 5_000).Select(_ => backoff.NextPause()).ToArray()[^1];

        Assert.Equal(BackoffLimits.Patient.Cap, last);
    }

    [Fact]
    public void A_pause_of_nothing_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new Backoff(Limits with { First = TimeSpan.Zero }, clock));
}
