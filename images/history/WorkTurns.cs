using StockPipeline.Contracts.Connections;

namespace StockPipeline.History;

/// <summary>
/// The places in which ranges are fetched. What has just been missed goes ahead of what lies far back, however much of that waits; and while the
/// exchange refuses, few try. Safe from any thread.
/// </summary>
internal sealed class WorkTurns(int places, BackoffLimits limits, Func<Exception, bool> isTransient, TimeProvider clock)
{
    private readonly Lock gate = new();
    private readonly LinkedList<TaskCompletionSource> urgent = [];
    private readonly LinkedList<TaskCompletionSource> patient = [];
    private readonly Backoff backoff = new(limits, clock);
    private int free = places;

    /// <summary>Tasks that wait for a place.</summary>
    public int Waiting
    {
        get
        {
            lock (gate)
                return urgent.Count + patient.Count;
        }
    }

    /// <summary>Waits for a place, does the work in it and gives it to the next; after a failure only when a growing pause is over.</summary>
    public async Task<T> RunAsync<T>(bool isUrgent, Func<Task<T>> work, CancellationToken cancellationToken)
    {
        await EnterAsync(isUrgent ? urgent : patient, cancellationToken);
        try
        {
            var result = await work();
            lock (gate)
                backoff.Succeeded();
            return result;
        }
        catch (Exception failure) when (isTransient(failure))
        {
            await Task.Delay(NextPause(), clock, cancellationToken);
            throw;
        }
        finally
        {
            Leave();
        }
    }

    private TimeSpan NextPause()
    {
        lock (gate)
            return backoff.NextPause() ?? limits.Cap;
    }

    private async Task EnterAsync(LinkedList<TaskCompletionSource> line, CancellationToken cancellationToken)
    {
        LinkedListNode<TaskCompletionSource> place;
        lock (gate)
        {
            if (free > 0)
            {
                free--;
                return;
            }
            place = line.AddLast(new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        }
        try
        {
            await place.Value.Task.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            GiveUp(line, place);
            throw;
        }
    }

    /// <summary>Whoever goes in the moment in which its turn comes gives it on.</summary>
    private void GiveUp(LinkedList<TaskCompletionSource> line, LinkedListNode<TaskCompletionSource> place)
    {
        lock (gate)
        {
            if (place.List is not null)
            {
                line.Remove(place);
                return;
            }
        }
        Leave();
    }

    private void Leave()
    {
        lock (gate)
        {
            var line = urgent.Count > 0 ? urgent : patient;
            if (line.First is not { } next)
            {
                free++;
                return;
            }
            line.RemoveFirst();
            next.Value.SetResult();
        }
    }
}
