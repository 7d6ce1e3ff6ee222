using StockPipeline.Hosting.Status;
using StockPipeline.Testing;

namespace StockPipeline.HostingTests.Status;

public sealed class HealthTests
{
    private readonly ManualClock clock = new(DateTimeOffset.UnixEpoch);
    private readonly Health health;

    public HealthTests() => health = new Health("sample", clock);

    [Fact]
    public void A_service_that_has_announced_nothing_is_not_ready()
    {
        Assert.False(health.IsReady);
        Assert.True(health.IsAlive);
    }

    [Fact]
    public void Ready_means_that_every_check_said_so()
    {
        var (kafka, api) = (health.Check("kafka"), health.Check("api"));
        kafka.Ready();
        Assert.False(health.IsReady);

        api.Ready();
        Assert.True(health.IsReady);

        kafka.Failing("no broker answers");
        Assert.False(health.IsReady);
        Assert.True(health.IsAlive);
    }

    [Fact]
    public void A_check_says_since_when_it_is_as_it_is()
    {
        var kafka = health.Check("kafka");
        clock.Advance(TimeSpan.FromSeconds(5));
        kafka.Failing("no broker answers");
        clock.Advance(TimeSpan.FromSeconds(5));
        kafka.Failing("wrong password");

        var view = Assert.Single(health.Checks);

        Assert.Equal(new HealthCheckView("kafka", CheckState.Failing, "wrong password", DateTimeOffset.UnixEpoch.AddSeconds(5)), view);
    }

    [Fact]
    public void A_loop_counts_as_ready_only_after_its_first_beat()
    {
        var loop = health.Loop("consume", TimeSpan.FromSeconds(30));
        Assert.False(health.IsReady);

        loop.Beat();

        Assert.True(health.IsReady);
    }

    [Fact]
    public void A_loop_that_stands_still_longer_than_it_may_is_neither_ready_nor_alive()
    {
        var loop = health.Loop("consume", TimeSpan.FromSeconds(30));
        loop.Beat();

        clock.Advance(TimeSpan.FromSeconds(30));
        Assert.True(health.IsReady && health.IsAlive);

        clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.False(health.IsReady || health.IsAlive);

        loop.Beat();
        Assert.True(health.IsReady && health.IsAlive);
    }

    [Fact]
    public void A_loop_that_never_begins_is_dead_in_the_end()
    {
        health.Loop("consume", TimeSpan.FromSeconds(30));

        clock.Advance(TimeSpan.FromSeconds(31));

        Assert.False(health.IsAlive);
    }

    [Fact]
    public void A_forgotten_loop_no_longer_counts()
    {
        health.Check("kafka").Ready();
        health.Loop("partition 3", TimeSpan.FromSeconds(30));
        clock.Advance(TimeSpan.FromMinutes(1));

        health.Forget("partition 3");

        Assert.True(health.IsReady && health.IsAlive);
    }

    [Fact]
    public void One_check_past_the_limit_is_refused()
    {
        for (var i = 0; i < Health.MaxEntries; i++)
            health.Check($"check {i}");

        Assert.Throws<InvalidOperationException>(() => health.Check("one more"));
        Assert.NotNull(health.Check("check 0"));
    }

    [Fact]
    public void A_beat_allocates_nothing()
    {
        var loop = new Health("sample", TimeProvider.System).Loop("consume", TimeSpan.FromSeconds(30));
        loop.Beat();

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 10_000; i++)
            loop.Beat();

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }
}
