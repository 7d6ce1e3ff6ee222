namespace StockPipeline.Market.Limits;

/// <summary>Keeps the quota of one process. Follows the headers of the replies, and never sends faster than one address may.</summary>
public sealed class InProcessQuota(TimeProvider clock) : IRequestQuota
{
    /// <summary>The API bans addresses at 50 requests a second over all tokens.</summary>
    public const int PerSecond = 40;

    /// <summary>The reset header counts whole seconds, so ends closer than this are the same end.</summary>
    private static readonly TimeSpan SameEnd = TimeSpan.FromSeconds(1.5);

    private readonly Lock gate = new();
    private readonly Dictionary<string, QuotaWindow> windows = [];
    private readonly QuotaWindow second = new(PerSecond, TimeSpan.FromSeconds(1));

    public async ValueTask AcquireAsync(RequestGroup group, CancellationToken cancellationToken)
    {
        while (TryAcquire(group) is { } wait)
            await Task.Delay(wait, clock, cancellationToken);
    }

    public ValueTask ReportAsync(RequestGroup group, RateLimitReport report, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            var window = WindowOf(group);
            var now = clock.GetUtcNow();
            window.Roll(now);
            var ends = now + report.Reset;
            // A raised or lowered quota counts at once; otherwise the lower figure does, for other requests may be under way.
            window.Remaining = window.Limit == report.Limit ? Math.Min(window.Remaining, report.Remaining) : report.Remaining;
            window.Limit = report.Limit;
            window.Length = report.Window;
            if ((ends - window.Ends).Duration() > SameEnd || ends > window.Ends)
                window.Ends = ends;
        }
        return ValueTask.CompletedTask;
    }

    /// <summary>Null when the right was acquired, else how long to wait before asking again.</summary>
    private TimeSpan? TryAcquire(RequestGroup group)
    {
        lock (gate)
        {
            var window = WindowOf(group);
            var now = clock.GetUtcNow();
            window.Roll(now);
            second.Roll(now);
            if (window.Remaining > 0 && second.Remaining > 0)
            {
                window.Remaining--;
                second.Remaining--;
                return null;
            }
            var ends = window.Remaining > 0 ? second.Ends : window.Ends;
            return ends > now ? ends - now : TimeSpan.FromMilliseconds(1);
        }
    }

    private QuotaWindow WindowOf(RequestGroup group)
    {
        if (!windows.TryGetValue(group.Name, out var window))
            windows[group.Name] = window = new QuotaWindow(group.PerMinute, TimeSpan.FromMinutes(1));
        return window;
    }

    private sealed class QuotaWindow(int limit, TimeSpan length)
    {
        public int Limit { get; set; } = limit;

        public TimeSpan Length { get; set; } = length;

        public DateTimeOffset Ends { get; set; } = DateTimeOffset.MinValue;

        public int Remaining { get; set; } = limit;

        public void Roll(DateTimeOffset now)
        {
            if (now < Ends)
                return;
            Ends = now + Length;
            Remaining = Limit;
        }
    }
}
