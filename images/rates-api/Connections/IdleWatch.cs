namespace StockPipeline.RatesApi.Connections;

/// <summary>
/// Ends a connection on which what was waited for has not come. Setting the limit costs next to nothing, for it is set all the time.
/// </summary>
internal sealed class IdleWatch : IDisposable
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(5);

    private readonly TimeProvider clock;
    private readonly Action end;
    private readonly ITimer timer;
    private long deadline = long.MaxValue;

    public IdleWatch(TimeProvider clock, Action end)
    {
        (this.clock, this.end) = (clock, end);
        timer = clock.CreateTimer(static watch => ((IdleWatch)watch!).Look(), this, LookEvery, LookEvery);
    }

    public void Wait(TimeSpan limit) =>
        Volatile.Write(ref deadline, clock.GetTimestamp() + (long)(limit.TotalSeconds * clock.TimestampFrequency));

    public void Dispose() => timer.Dispose();

    private void Look()
    {
        if (clock.GetTimestamp() > Volatile.Read(ref deadline))
            end();
    }
}
