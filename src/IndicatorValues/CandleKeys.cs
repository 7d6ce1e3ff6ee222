using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Keys;

namespace StockPipeline.IndicatorValues;

/// <summary>
/// The keys of one instrument's values while they are published: many indicators say something of the same candle. One for a thread.
/// </summary>
internal sealed class CandleKeys
{
    private const int MaxKept = 256;

    private readonly Dictionary<long, byte[]> keys = [];
    private Figi figi;

    public void Begin(Figi instrument)
    {
        figi = instrument;
        keys.Clear();
    }

    public byte[] Of(long openTime)
    {
        if (keys.TryGetValue(openTime, out var key))
            return key;
        key = new CandleKey(figi, DateTimeOffset.FromUnixTimeMilliseconds(openTime)).ToBytes();
        if (keys.Count < MaxKept)
            keys.Add(openTime, key);
        return key;
    }
}
