using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Keys;
using StockPipeline.Contracts.Records;

namespace StockPipeline.Bench.Macd;

/// <summary>Closed candles of many instruments, minute after minute, as history brings them.</summary>
internal sealed class CandleFeed(Site site)
{
    public const int Instruments = 250;

    private static readonly DateTimeOffset Start = new(2026, 1, 5, 7, 0, 0, TimeSpan.Zero);

    private readonly Figi[] figis = [.. Enumerable.Range(0, Instruments).Select(number => new Figi($"BBG{number:D9}"))];
    private int minute;

    /// <summary>Candles that each instrument has.</summary>
    public int Minutes => minute;

    public Figi Figi(int instrument) => figis[instrument];

    /// <summary>Brings so many candles of each instrument; over when the brokers have them.</summary>
    public async Task BringAsync(int minutes)
    {
        await using var kafka = site.Client();
        var writer = kafka.WriteTo(site.Topics.Candles(Site.Interval), await site.Codecs().CandlesAsync(Site.Interval, CancellationToken.None));
        for (var end = minute + minutes; minute < end; minute++)
        {
            foreach (var figi in figis)
            {
                var candle = Candle(figi, minute);
                writer.Send(new CandleKey(figi, candle.OpenTime).ToBytes(), candle, CancellationToken.None);
            }
        }
        await kafka.FlushAsync(CancellationToken.None);
    }

    /// <summary>The candle of an instrument at a minute, as it was brought.</summary>
    public static Candle Candle(Figi figi, int minute)
    {
        var close = 100 + (5 * Math.Sin(minute / 5.0)) + (0.01 * (minute % 1_000));
        var price = Price.FromNanos((long)(close * 100) * 10_000_000);
        return new Candle
        {
            Figi = figi,
            OpenTime = Start.AddMinutes(minute),
            Open = price,
            High = Price.FromNanos(price.Nanos + (minute % 7 * 10_000_000)),
            Low = Price.FromNanos(price.Nanos - (minute % 5 * 10_000_000)),
            Close = price,
            Volume = 1_000 + (minute % 97),
            Final = true,
            Source = CandleSource.History,
        };
    }
}
