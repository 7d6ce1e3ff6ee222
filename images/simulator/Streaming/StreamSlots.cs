using StockPipeline.Simulator.Api;

namespace StockPipeline.Simulator.Streaming;

/// <summary>Counts the open streams of each token. Thread-safe.</summary>
internal sealed class StreamSlots(int limit)
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, int> open = new(StringComparer.Ordinal);

    public int Open(string token)
    {
        lock (gate)
            return open.GetValueOrDefault(token);
    }

    /// <exception cref="Grpc.Core.RpcException">The token has as many streams as it may have.</exception>
    public void Take(string token)
    {
        lock (gate)
        {
            var count = open.GetValueOrDefault(token);
            if (count >= limit)
                throw ApiErrors.TooManyStreams();
            open[token] = count + 1;
        }
    }

    public void Release(string token)
    {
        lock (gate)
        {
            if (--open[token] == 0)
                open.Remove(token);
        }
    }
}
