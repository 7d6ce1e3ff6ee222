using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Records;

namespace StockPipeline.Storage;

/// <summary>
/// A closed candle as memory holds many of: 48 bytes, and no object of its own. Its series knows the instrument, and that it is of history.
/// </summary>
internal readonly record struct StoredCandle
{
    private readonly Price open;
    private readonly Price high;
    private readonly Price low;
    private readonly Price close;
    private readonly long volume;
    private readonly int revision;

    /// <summary>When it opens, since 1970: no interval is shorter than a minute.</summary>
    private readonly int minute;

    private StoredCandle(Candle candle)
    {
        (open, high, low, close) = (candle.Open, candle.High, candle.Low, candle.Close);
        (volume, revision) = (candle.Volume, candle.Revision);
        minute = checked((int)((candle.OpenTime - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMinute));
    }

    public DateTimeOffset OpenTime => DateTimeOffset.UnixEpoch.AddMinutes(minute);

    public static StoredCandle Of(Candle candle) => new(candle);

    public Candle In(Figi figi) => new()
    {
        Figi = figi, OpenTime = OpenTime, Open = open, High = high, Low = low, Close = close, Volume = volume, Final = true,
        Source = CandleSource.History, Revision = revision,
    };
}
