using StockPipeline.Bench.Latency;
using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Keys;
using StockPipeline.Contracts.Records;
using StockPipeline.Streaming.Producing;

namespace StockPipeline.Bench.Gateway;

/// <summary>
/// A thousand candles a second with their values, round the instruments. The close of each is the instant it was produced at, so that whoever
/// gets it knows how old it is.
/// </summary>
internal sealed class GatewayLoad
{
    /// <summary>Instants are microseconds of this cycle, so that they are prices.</summary>
    public const long Cycle = 100_000_000;

    private const int CandlesPerSecond = 1_000;

    private static readonly DateTimeOffset Begin = new(2026, 11, 19, 7, 0, 0, TimeSpan.Zero);

    private readonly Figi[] figis;
    private readonly int history;
    private readonly TopicWriter<Candle> candles;
    private readonly TopicWriter<MacdValue> values;

    private GatewayLoad(Figi[] figis, int history, TopicWriter<Candle> candles, TopicWriter<MacdValue> values) =>
        (this.figis, this.history, this.candles, this.values) = (figis, history, candles, values);

    /// <summary>The instant as the close of a candle.</summary>
    public static long Stamp() => (long)TimeProvider.System.GetElapsedTime(0).TotalMicroseconds % Cycle;

    /// <summary>Writes closed candles first.</summary>
    public static async Task<GatewayLoad> FillAsync(SmallPipeline pipeline, int instruments, int history)
    {
        var candles = await pipeline.FillAsync(instruments, (figi, write) =>
        {
            for (var minute = 0; minute < history; minute++)
                write(Candle(figi, minute, 100 + (minute % 7), final: true));
        });
        // Those that most look at are the first ones; in no market do they trade one right after the other.
        var order = Enumerable.Range(0, instruments).ToArray();
        new Random(1).Shuffle(order);
        return new GatewayLoad([.. order.Select(SmallPipeline.FigiOf)], history, candles, await pipeline.MacdAsync());
    }

    /// <summary>On a thread of its own, until stop is asked for.</summary>
    public Task RunAsync(CancellationToken stop) =>
        Task.Factory.StartNew(() => ProduceAsync(stop), default, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap();

    private async Task ProduceAsync(CancellationToken stop)
    {
        using var beat = new PeriodicTimer(TimeSpan.FromMilliseconds(1), TimeProvider.System);
        var (sent, began) = (0L, TimeProvider.System.GetTimestamp());
        while (!stop.IsCancellationRequested)
        {
            for (var due = (long)(TimeProvider.System.GetElapsedTime(began).TotalSeconds * CandlesPerSecond); sent < due; sent++)
                Say(figis[sent % figis.Length], sent);
            await beat.WaitForNextTickAsync(CancellationToken.None);
        }
    }

    private void Say(Figi figi, long number)
    {
        var candle = Candle(figi, history, Stamp(), final: false);
        var key = new CandleKey(figi, candle.OpenTime).ToString();
        candles.Send(key, candle, default);
        values.Send(key, new MacdValue
        {
            Figi = figi, OpenTime = candle.OpenTime, Close = candle.Close, MainLine = Math.Sin(number), SignalLine = Math.Cos(number),
            Histogram = Math.Sin(number) - Math.Cos(number), Final = false, Parameters = MacdParameters.Default, Epoch = 0,
        }, default);
    }

    private static Candle Candle(Figi figi, int minute, long close, bool final) => new()
    {
        Figi = figi, OpenTime = Begin.AddMinutes(minute), Open = Price.FromDecimal(100), High = Price.FromDecimal(Cycle),
        Low = Price.FromDecimal(1), Close = Price.FromDecimal(close), Volume = 1, Final = final, Source = CandleSource.Stream,
    };
}
