namespace StockPipeline.Polygon.Rest;

/// <summary>
/// Lets one request through at a time, at a steady pace and never in a burst: however the other side counts its minute, no more than it allows
/// fall into it. Safe from any thread.
/// </summary>
public sealed class RequestPace(TimeSpan pace, TimeProvider clock)
{
    private readonly Lock gate = new();
    private DateTimeOffset next = DateTimeOffset.MinValue;

    /// <summary>Waits for the turn of one request.</summary>
    public async ValueTask WaitAsync(CancellationToken cancellationToken)
    {
        TimeSpan wait;
        lock (gate)
        {
            var now = clock.GetUtcNow();
            var turn = next > now ? next : now;
            next = turn + pace;
            wait = turn - now;
        }
        if (wait > TimeSpan.Zero)
            await Task.Delay(wait, clock, cancellationToken);
    }

    /// <summary>The other side asks to be left alone: nobody's turn comes before.</summary>
    public void Rest(TimeSpan pause)
    {
        lock (gate)
        {
            var until = clock.GetUtcNow() + pause;
            next = until > next ? until : next;
        }
    }
}
