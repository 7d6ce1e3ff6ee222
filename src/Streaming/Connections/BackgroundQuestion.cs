using System.Diagnostics.CodeAnalysis;

namespace StockPipeline.Streaming.Connections;

/// <summary>A question to the brokers that is answered in the background while its owner works on; one at a time. Used by one thread.</summary>
internal sealed class BackgroundQuestion<T>(TimeProvider clock) : IDisposable
    where T : class
{
    /// <summary>When the client gives a request up; stopping may have to wait for that.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(3);

    /// <summary>How long stopping waits for an open request: a moment longer than the client should.</summary>
    private static readonly TimeSpan DisposePatience = Limit + TimeSpan.FromSeconds(1);

    private Task<T>? asked;

    /// <summary>Asked, and the answer not taken yet.</summary>
    public bool IsOpen => asked is not null;

    /// <summary>A request is on its way.</summary>
    public bool IsOnItsWay => asked is { IsCompleted: false };

    /// <param name="question">Begins it; given is when the client is to give it up.</param>
    public void Ask(Func<TimeSpan, Task<T>> question) => asked = question(Limit);

    /// <summary>The answer, once, when it has come; an unforeseen failure of the question is thrown.</summary>
    public bool TryTake([NotNullWhen(true)] out T? answer)
    {
        answer = null;
        if (asked is not { IsCompleted: true } answered)
            return false;
        asked = null;
        answer = answered.GetAwaiter().GetResult();
        return true;
    }

    /// <summary>The same, waiting so long for it.</summary>
    public bool TryTake(TimeSpan patience, [NotNullWhen(true)] out T? answer, CancellationToken stop)
    {
        if (asked is { } open)
            Task.WaitAny([open], (int)patience.TotalMilliseconds, stop);
        return TryTake(out answer);
    }

    /// <summary>
    /// Waits a bounded time for an open request: its answer would come to a client that its owner disposes next, which ends the process.
    /// </summary>
    public void Dispose()
    {
        if (asked is { } open)
            Task.WhenAny(open, Task.Delay(DisposePatience, clock)).GetAwaiter().GetResult();
    }
}
