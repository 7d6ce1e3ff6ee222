namespace StockPipeline.Fanout.Broadcasting;

/// <summary>
/// Frames that one client is to get in order, and how far they have gone out. The frames themselves are shared with everybody else and never
/// copied for a client: ten thousand that join at once hold references to the same bytes.
/// </summary>
internal sealed class FrameRun
{
    private readonly Queue<ArraySegment<byte[]>> pieces = new();
    private ArraySegment<byte[]> piece = ArraySegment<byte[]>.Empty;
    private int next;
    private int sent;
    private bool isInside;

    public FrameRun(params ReadOnlySpan<ArraySegment<byte[]>> parts)
    {
        foreach (var part in parts)
            pieces.Enqueue(part);
        Settle();
    }

    /// <summary>A run that begins with the rest of a frame whose beginning has gone out.</summary>
    public static FrameRun Continuing(byte[] rest, params ReadOnlySpan<ArraySegment<byte[]>> parts) =>
        new([Of(rest), .. parts]) { isInside = rest.Length > 0 };

    public bool IsDone => next == piece.Count;

    /// <summary>What went out last is the end of a frame, so that something else may come next.</summary>
    public bool OnBoundary => sent == 0 && !isInside;

    /// <summary>What is left of the frame under way.</summary>
    public ReadOnlyMemory<byte> Rest => IsDone ? default : piece[next].AsMemory(sent);

    /// <summary>Writes as much of what is left as there is room for.</summary>
    /// <returns>How many bytes that is.</returns>
    public int Gather(Span<byte> room)
    {
        var (written, at, from) = (0, next, sent);
        foreach (var part in (ReadOnlySpan<ArraySegment<byte[]>>)[piece, .. pieces])
        {
            for (; at < part.Count; at++, from = 0)
            {
                var frame = part[at].AsSpan(from);
                if (frame.Length > room.Length - written)
                {
                    frame[..(room.Length - written)].CopyTo(room[written..]);
                    return room.Length;
                }
                frame.CopyTo(room[written..]);
                written += frame.Length;
            }
            at = 0;
        }
        return written;
    }

    /// <summary>So many bytes have gone out.</summary>
    public void Advance(int bytes)
    {
        while (bytes > 0)
        {
            var left = piece[next].Length - sent;
            if (bytes < left)
            {
                sent += bytes;
                return;
            }
            bytes -= left;
            sent = 0;
            isInside = false;
            next++;
            Settle();
        }
    }

    /// <summary>The same run with a frame ahead of it. What went out last is the end of a frame.</summary>
    public FrameRun After(byte[] frame) => new([Of(frame), piece[next..], .. pieces]);

    public static ArraySegment<byte[]> Of(byte[] frame) => frame.Length == 0 ? ArraySegment<byte[]>.Empty : new([frame]);

    /// <summary>Moves on to the next frame that has bytes.</summary>
    private void Settle()
    {
        while (next == piece.Count && pieces.TryDequeue(out var following))
            (piece, next) = (following, 0);
    }
}
