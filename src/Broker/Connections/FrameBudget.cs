using System.Threading.RateLimiting;

namespace StockPipeline.Broker.Connections;

/// <summary>The memory that requests share. Small ones always fit; a large one waits, first come first served, until others are answered.</summary>
internal sealed class FrameBudget : IDisposable
{
    /// <summary>Heartbeats and their like never wait behind bulk data; the number of connections bounds them. The rest is counted in this.</summary>
    public const int AlwaysFits = 16 * 1024;

    private readonly int pieces;
    private readonly ConcurrencyLimiter limiter;

    public FrameBudget(long capacity)
    {
        pieces = (int)Math.Clamp(capacity / AlwaysFits, 1, int.MaxValue);
        // Each connection waits for one frame at most, so that the queue has an end without a limit of its own.
        limiter = new(new() { PermitLimit = pieces, QueueLimit = int.MaxValue });
    }

    /// <summary>
    /// Completes when the bytes are reserved, until what it gives is disposed; a wait that is cancelled reserves nothing. A frame beyond the whole
    /// budget waits to be alone.
    /// </summary>
    public async ValueTask<IDisposable?> ReserveAsync(int bytes, CancellationToken cancel) =>
        bytes <= AlwaysFits ? null : await limiter.AcquireAsync(Math.Min((bytes - 1) / AlwaysFits + 1, pieces), cancel);

    public void Dispose() => limiter.Dispose();
}
