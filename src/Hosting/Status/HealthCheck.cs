namespace StockPipeline.Hosting.Status;

/// <summary>
/// One thing a service needs in order to be of use, such as a connection; whoever owns it says how it is. It decides readiness, not life: a
/// service whose broker is away is not mended by a restart. Safe from any thread.
/// </summary>
public sealed class HealthCheck
{
    private readonly TimeProvider clock;
    private volatile HealthCheckView view;

    internal HealthCheck(string name, TimeProvider clock)
    {
        this.clock = clock;
        view = new HealthCheckView(name, CheckState.Starting, "has not reported yet", clock.GetUtcNow());
    }

    internal HealthCheckView View => view;

    public void Starting(string reason) => Say(CheckState.Starting, reason);

    public void Ready(string reason = "") => Say(CheckState.Ready, reason);

    public void Failing(string reason) => Say(CheckState.Failing, reason);

    private void Say(CheckState state, string reason)
    {
        var before = view;
        if (before.State == state && before.Reason == reason)
            return;
        view = before with { State = state, Reason = reason, Since = before.State == state ? before.Since : clock.GetUtcNow() };
    }
}

/// <summary>What a health check last said.</summary>
public enum CheckState
{
    Starting,
    Ready,
    Failing,
}

/// <summary>A health check at one moment.</summary>
public sealed record HealthCheckView(string Name, CheckState State, string Reason, DateTimeOffset Since);
