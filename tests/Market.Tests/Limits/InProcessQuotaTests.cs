using Google.Protobuf.Reflection;
using Grpc.Core;
using StockPipeline.Market.Contract;
using StockPipeline.Market.Limits;
using StockPipeline.Testing;

namespace StockPipeline.MarketTests.Limits;

public sealed class InProcessQuotaTests
{
    private static readonly RequestGroup Five = new("five", 5);
    private static readonly CancellationToken Stop = CancellationToken.None;

    private readonly ManualClock clock = new(Samples.Utc(2026, 1, 5, 10));

    [Fact]
    public async Task What_is_past_the_quota_waits_for_the_next_window()
    {
        var quota = new InProcessQuota(clock);
        for (var request = 0; request < 5; request++)
            await quota.AcquireAsync(Five, Stop);

        var sixth = quota.AcquireAsync(Five, Stop).AsTask();
        clock.Advance(TimeSpan.FromSeconds(59));
        Assert.False(sixth.IsCompleted);
        clock.Advance(TimeSpan.FromSeconds(1));

        await sixth.WaitAsync(Eventually.Patience, TimeProvider.System);
    }

    [Fact]
    public async Task The_headers_know_better_than_the_assumption()
    {
        var quota = new InProcessQuota(clock);
        await quota.AcquireAsync(Five, Stop);
        await quota.ReportAsync(Five, new RateLimitReport(2, 1, TimeSpan.FromSeconds(20), TimeSpan.FromMinutes(1)), Stop);
        await quota.AcquireAsync(Five, Stop);

        var third = quota.AcquireAsync(Five, Stop).AsTask();
        clock.Advance(TimeSpan.FromSeconds(19));
        Assert.False(third.IsCompleted);
        clock.Advance(TimeSpan.FromSeconds(1));

        await third.WaitAsync(Eventually.Patience, TimeProvider.System);
    }

    [Fact]
    public async Task A_spent_quota_stops_everybody_until_its_reset()
    {
        var quota = new InProcessQuota(clock);
        await quota.AcquireAsync(Five, Stop);
        await quota.ReportAsync(Five, new RateLimitReport(5, 0, TimeSpan.FromSeconds(7), TimeSpan.FromMinutes(1)), Stop);

        var all = Enumerable.Range(0, 3).Select(_ => quota.AcquireAsync(Five, Stop).AsTask()).ToList();
        Assert.All(all, one => Assert.False(one.IsCompleted));
        clock.Advance(TimeSpan.FromSeconds(7));

        await Task.WhenAll(all).WaitAsync(Eventually.Patience, TimeProvider.System);
    }

    [Fact]
    public async Task Replies_that_come_late_do_not_give_back_what_is_taken()
    {
        var quota = new InProcessQuota(clock);
        for (var request = 0; request < 5; request++)
            await quota.AcquireAsync(Five, Stop);

        await quota.ReportAsync(Five, new RateLimitReport(5, 4, TimeSpan.FromSeconds(60), TimeSpan.FromMinutes(1)), Stop);

        Assert.False(quota.AcquireAsync(Five, Stop).AsTask().IsCompleted);
    }

    [Fact]
    public async Task One_address_stays_below_the_ban_whatever_the_groups_allow()
    {
        var quota = new InProcessQuota(clock);
        for (var request = 0; request < InProcessQuota.PerSecond; request++)
            await quota.AcquireAsync(request % 2 == 0 ? RequestGroup.MarketData : RequestGroup.Instruments, Stop);

        var next = quota.AcquireAsync(RequestGroup.Users, Stop).AsTask();
        Assert.False(next.IsCompleted);
        clock.Advance(TimeSpan.FromSeconds(1));

        await next.WaitAsync(Eventually.Patience, TimeProvider.System);
    }

    [Fact]
    public void Every_method_belongs_to_a_group()
    {
        Assert.Same(RequestGroup.InstrumentLists, GroupOf(InstrumentsService.Descriptor, "Shares"));
        Assert.Same(RequestGroup.Instruments, GroupOf(InstrumentsService.Descriptor, "ShareBy"));
        Assert.Same(RequestGroup.MarketData, GroupOf(MarketDataService.Descriptor, "GetCandles"));
        Assert.Same(RequestGroup.Users, GroupOf(UsersService.Descriptor, "GetUserTariff"));

        static RequestGroup GroupOf(ServiceDescriptor service, string name) => RequestGroup.Of(
            new Method<string, string>(MethodType.Unary, service.FullName, name, Marshallers.StringMarshaller, Marshallers.StringMarshaller));
    }
}
