using StockPipeline.Fanout.Protocol;

namespace StockPipeline.Fanout.Broadcasting;

/// <summary>
/// Decides what each client gets next and hands it to its connection. The common turn, a frame for a client that has all before it, is one
/// comparison of positions and one call into the system. Everything happens under the broadcaster's lock.
/// </summary>
/// <param name="limits">How far behind is too far, and how much goes out in one turn.</param>
/// <param name="history">What is sent.</param>
/// <param name="roster">Whom it is sent to; those whose connection is over are taken off.</param>
/// <param name="counts">Told of clients brought up to date.</param>
/// <param name="sendLater">Called with a client whose connection takes no more: sends its own bytes and calls <see cref="Sent"/>.</param>
internal sealed class Delivery(FanoutLimits limits, FrameHistory history, Roster roster, BroadcastCounts counts, Action<Subscriber> sendLater)
{
    private readonly FrameLog log = history.Log;
    private readonly byte[] turn = new byte[limits.TurnBytes];

    /// <summary>One turn for one client.</summary>
    /// <param name="subscriber">Whose turn it is.</param>
    /// <param name="now">When this round of turns began.</param>
    /// <returns>Whether it is to have another turn in the next round.</returns>
    public bool Turn(Subscriber subscriber, long now)
    {
        if (subscriber.IsBlocked || subscriber.HasEnded || !IsDue(subscriber))
            return false;
        if (subscriber.HasControl && subscriber.IsBetweenFrames)
            subscriber.TakeControl();
        if (!subscriber.HasOwn)
            Choose(subscriber, now);
        if (subscriber.HasOwn)
            SendOwn(subscriber, now);
        else if (subscriber.Position < log.Head && !subscriber.HasEnded)
            SendLog(subscriber, now);
        return !subscriber.IsBlocked && !subscriber.HasEnded && IsDue(subscriber);
    }

    /// <summary>What was sent later is over.</summary>
    /// <param name="subscriber">Whose it was.</param>
    /// <param name="bytes">How much it was.</param>
    /// <param name="whole">Whether all of it went out; the connection has broken otherwise.</param>
    /// <param name="now">When that was.</param>
    public void Sent(Subscriber subscriber, int bytes, bool whole, long now)
    {
        subscriber.IsBlocked = false;
        subscriber.LastProgress = now;
        subscriber.LastTaken = now;
        subscriber.OwnSent(bytes);
        if (!whole)
            Remove(subscriber);
    }

    /// <summary>Takes a client off; one that has not been told why, or does not listen, loses its connection at once.</summary>
    public void Remove(Subscriber subscriber)
    {
        if (subscriber.HasEnded)
            return;
        roster.Remove(subscriber);
        subscriber.End();
        if (subscriber.Code is null or CloseCode.TooSlow or CloseCode.Silent)
            subscriber.Outbound.Abort();
    }

    private bool IsDue(Subscriber subscriber) =>
        subscriber.Position < log.Head || subscriber.HasOwn || subscriber.HasControl || subscriber.CloseTaken;

    /// <summary>Decides what comes next once a client has all that was its own: nothing, the newest states, or the log.</summary>
    private void Choose(Subscriber subscriber, long now)
    {
        var behind = log.Head - subscriber.Position;
        if (behind > log.Capacity && !subscriber.OnBoundary)
        {
            // Its half-sent frame has been overwritten: nothing that could follow would make sense.
            Remove(subscriber);
        }
        else if (subscriber.CloseTaken)
        {
            Remove(subscriber);
        }
        else if (behind > limits.ConflateAfterBytes)
        {
            Conflate(subscriber, now);
        }
    }

    private void SendOwn(Subscriber subscriber, long now)
    {
        var length = subscriber.GatherOwn(turn);
        var sent = subscriber.Outbound.TrySend(turn.AsSpan(0, length));
        if (!Progress(subscriber, sent, now))
            return;
        subscriber.OwnSent(sent);
        if (sent < length)
            SendLater(subscriber);
    }

    private void SendLog(Subscriber subscriber, long now)
    {
        var bytes = log.From(subscriber.Position, limits.TurnBytes);
        var sent = subscriber.Outbound.TrySend(bytes);
        if (!Progress(subscriber, sent, now))
            return;
        subscriber.Position += sent;
        if (sent == bytes.Length)
        {
            subscriber.OnBoundary = log.BoundaryAtOrAfter(subscriber.Position) == subscriber.Position;
            return;
        }
        // The connection takes no more: the rest of the frame becomes the client's own, so that its position is the end of a frame again.
        var boundary = log.BoundaryAtOrAfter(sent == 0 ? subscriber.Position + 1 : subscriber.Position);
        subscriber.PutOwn(FrameRun.Continuing(log.Copy(subscriber.Position, boundary)));
        subscriber.Position = boundary;
        subscriber.OnBoundary = true;
        if (subscriber.HasOwn)
            SendLater(subscriber);
    }

    private bool Progress(Subscriber subscriber, int sent, long now)
    {
        if (sent < 0)
        {
            Remove(subscriber);
            return false;
        }
        if (sent > 0)
            subscriber.LastProgress = Math.Max(subscriber.LastProgress, now);
        return true;
    }

    private void SendLater(Subscriber subscriber)
    {
        subscriber.IsBlocked = true;
        sendLater(subscriber);
    }

    private void Conflate(Subscriber subscriber, long now)
    {
        var boundary = subscriber.OnBoundary ? subscriber.Position : log.BoundaryAtOrAfter(subscriber.Position);
        if (history.Reaches(boundary))
        {
            subscriber.PutOwn(history.NewestSince(subscriber.Position, boundary));
            counts.Conflated(1);
        }
        else
        {
            // What it missed is no longer kept: anything sent now would leave it with what no longer holds.
            subscriber.PutOwn(FrameRun.Continuing(log.Copy(subscriber.Position, boundary)));
            subscriber.Close(CloseCode.GoingAway, "too far behind what is kept; connect again", now);
        }
        subscriber.Position = log.Head;
        subscriber.OnBoundary = true;
    }
}
