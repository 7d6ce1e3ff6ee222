using StockPipeline.Contracts.Keys;
using StockPipeline.Hosting.Telemetry;

namespace StockPipeline.Workers;

/// <summary>Reads which candle a tombstone is about: it has nothing but its key, and somebody else may have written that.</summary>
public sealed class TombstoneKeys(Metrics metrics, ILogger<TombstoneKeys> log)
{
    private readonly Counter bad = metrics.Errors("key");

    /// <summary>The key; nothing where it says nothing, which is counted and told.</summary>
    public CandleKey? Read(string text, long offset)
    {
        try
        {
            return CandleKey.Parse(text);
        }
        catch (FormatException unreadable)
        {
            bad.Increment();
            Log.TombstoneRefused(log, offset, unreadable.Message);
            return null;
        }
    }
}
