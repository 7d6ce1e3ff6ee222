using StockPipeline.Market.Limits;

namespace StockPipeline.Simulator.Api;

/// <summary>Counts the calls of each token in windows of one market minute. Thread-safe.</summary>
internal sealed class QuotaMeter(ApiQuotas quotas, TimeProvider clock)
{
    /// <summary>More tokens than this at once are forgotten all together, which only makes the meter generous.</summary>
    private const int MaxTokens = 1_000;

    private const long MinuteTicks = TimeSpan.TicksPerMinute;

    private readonly Lock gate = new();
    private readonly Dictionary<(string Token, Quota Group), (long Window, int Used)> used = [];

    /// <summary>Takes one call off the allowance and says what is left.</summary>
    /// <exception cref="Grpc.Core.RpcException">Nothing was left.</exception>
    public RateLimitReport Take(string token, Quota group)
    {
        var now = clock.GetUtcNow().UtcTicks;
        var window = now / MinuteTicks;
        var limit = quotas.LimitOf(group);
        var reset = TimeSpan.FromTicks(((window + 1) * MinuteTicks) - now);
        lock (gate)
        {
            if (used.Count >= MaxTokens)
                used.Clear();
            var (last, count) = used.GetValueOrDefault((token, group));
            count = last == window ? count : 0;
            if (count >= limit)
                throw ApiErrors.QuotaSpent(new RateLimitReport(limit, 0, reset, RateLimitReport.DefaultWindow));
            used[(token, group)] = (window, count + 1);
            return new RateLimitReport(limit, limit - count - 1, reset, RateLimitReport.DefaultWindow);
        }
    }

    /// <summary>What a throttled call is told when the meter has nothing against it.</summary>
    public RateLimitReport Spent => new(quotas.MarketDataPerMinute, 0, TimeSpan.FromSeconds(1), RateLimitReport.DefaultWindow);

    public static Quota GroupOf(string method) => method switch
    {
        "Shares" => Quota.Shares,
        "GetUserTariff" => Quota.Users,
        "ShareBy" or "GetInstrumentBy" or "FindInstrument" or "TradingSchedules" => Quota.Instruments,
        _ => Quota.MarketData,
    };
}

/// <summary>Names the groups of calls that share one allowance per minute.</summary>
internal enum Quota
{
    MarketData,
    Instruments,
    Shares,
    Users,
}
