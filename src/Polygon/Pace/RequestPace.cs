namespace StockPipeline.Polygon.Pace;

/// <summary>Says when a request may be made.</summary>
public interface IRequestPace
{
    /// <summary>Waits for the turn of one request.</summary>
    ValueTask WaitAsync(CancellationToken cancellationToken);

    /// <summary>The other side asks to be left alone: nobody's turn comes before.</summary>
    ValueTask RestAsync(TimeSpan pause, CancellationToken cancellationToken);
}

/// <summary>
/// Lets one request through at a time, at a steady pace and never in a burst: however the other side counts its minute, no more than it allows
/// fall into it. Knows nothing of other processes with the same key. Safe from any thread.
/// </summary>
public sealed class RequestPace(TimeSpan pace, TimeProvider clock) : IRequestPace
{
    private readonly Lock gate = new();
    private readonly TurnBook book = new();

    public async ValueTask WaitAsync(CancellationToken cancellationToken)
    {
        TimeSpan wait;
        lock (gate)
        {
            var now = clock.GetUtcNow();
            wait = book.Take(now, pace) - now;
        }
        if (wait > TimeSpan.Zero)
            await Task.Delay(wait, clock, cancellationToken);
    }

    public ValueTask RestAsync(TimeSpan pause, CancellationToken cancellationToken)
    {
        lock (gate)
            book.Rest(clock.GetUtcNow(), pause);
        return ValueTask.CompletedTask;
    }
}

/// <summary>Whose turn is when: each comes a pause after the one before at the earliest. Pure.</summary>
public sealed class TurnBook
{
    private DateTimeOffset next = DateTimeOffset.MinValue;

    /// <summary>The turn of who asks now, or asked then.</summary>
    public DateTimeOffset Take(DateTimeOffset asked, TimeSpan pause)
    {
        var turn = next > asked ? next : asked;
        next = turn + pause;
        return turn;
    }

    /// <summary>No turn that is taken from now on comes before the pause is over.</summary>
    public void Rest(DateTimeOffset asked, TimeSpan pause)
    {
        var until = asked + pause;
        next = until > next ? until : next;
    }
}
