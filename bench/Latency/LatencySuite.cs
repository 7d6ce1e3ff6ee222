using System.Globalization;
using System.Net.WebSockets;
using StockPipeline.Bench.Measure;
using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Keys;
using StockPipeline.Contracts.Records;
using StockPipeline.Streaming.Producing;

namespace StockPipeline.Bench.Latency;

/// <summary>
/// From a candle produced to the value in a websocket client's hands: broker, registry, MACD worker and broadcaster as processes of their own,
/// 250 instruments with 1,000 candles each, and a thousand forming candles a second, every tenth of the instrument that is watched.
/// </summary>
public sealed class LatencySuite : ISuite
{
    private const int Instruments = 250;
    private const int History = 1_000;
    private const int CandlesPerSecond = 1_000;
    private const int WatchedEvery = 10;
    private const double Mebibyte = 1024 * 1024;

    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(20);
    private static readonly DateTimeOffset Begin = new(2026, 11, 19, 7, 0, 0, TimeSpan.Zero);

    private readonly long[] produced = new long[(int)((WarmUp + Length).TotalSeconds * CandlesPerSecond) + CandlesPerSecond];

    public string Name => "latency";

    public async Task RunAsync(Report report)
    {
        await using var pipeline = await SmallPipeline.StartAsync();
        var writer = await pipeline.FillAsync(Instruments, (figi, write) =>
        {
            for (var minute = 0; minute < History; minute++)
                write(Candle(figi, minute, 100 + (minute % 7), final: true));
        });
        await pipeline.StartWorkersAsync();
        using var client = await pipeline.ConnectAsync();
        using var stop = new CancellationTokenSource();
        var latencies = new LatencyHistogram();
        var listening = ListenAsync(client, latencies, stop.Token);
        await Task.Run(() => ProduceAsync(writer));
        await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System);
        await stop.CancelAsync();
        await listening;

        report.Add($"{CandlesPerSecond} candles/s: candle produced to frame received, p50", latencies.Percentile(50), "ms", Bar.AtMost(3));
        report.Add($"{CandlesPerSecond} candles/s: candle produced to frame received, p99", latencies.Percentile(99), "ms", Bar.AtMost(8));
        report.Add("frames measured", latencies.Count, "");
        var watched = Length.TotalSeconds * CandlesPerSecond / WatchedEvery;
        report.Add("values that newer ones replaced before they were sent", watched - latencies.Count, "");
        foreach (var (name, process) in pipeline.Processes)
            report.Add($"{name}, resident", process.Resident / Mebibyte, "MiB", name is "macd" or "websocket" ? Bar.AtMost(150) : null);
    }

    private async Task ProduceAsync(TopicWriter<Candle> writer)
    {
        var figis = Enumerable.Range(0, Instruments).Select(SmallPipeline.FigiOf).ToArray();
        using var beat = new PeriodicTimer(TimeSpan.FromMilliseconds(1), TimeProvider.System);
        var (sent, began, total) = (0, TimeProvider.System.GetTimestamp(), WarmUp + Length);
        for (var elapsed = TimeSpan.Zero; elapsed < total; elapsed = TimeProvider.System.GetElapsedTime(began))
        {
            for (var due = (int)(elapsed.TotalSeconds * CandlesPerSecond); sent < due; sent++)
            {
                var figi = sent % WatchedEvery == 0 ? figis[0] : figis[1 + (sent % (Instruments - 1))];
                var candle = Candle(figi, History, sent, final: false);
                produced[sent] = TimeProvider.System.GetTimestamp();
                writer.Send(new CandleKey(figi, candle.OpenTime).ToString(), candle, default);
            }
            await beat.WaitForNextTickAsync();
        }
    }

    private async Task ListenAsync(ClientWebSocket client, LatencyHistogram latencies, CancellationToken stop)
    {
        var buffer = new byte[4096];
        try
        {
            while (true)
            {
                var message = await client.ReceiveAsync(buffer.AsMemory(), stop);
                var now = TimeProvider.System.GetTimestamp();
                if (NumberOf(buffer.AsSpan(0, message.Count)) is { } number && number >= WarmUp.TotalSeconds * CandlesPerSecond)
                    latencies.Add(TimeProvider.System.GetElapsedTime(produced[number], now));
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Enough has been heard.
        }
    }

    /// <summary>The close of a forming candle is its number.</summary>
    private static int? NumberOf(ReadOnlySpan<byte> message)
    {
        var at = message.IndexOf("\"close\":"u8);
        if (at < 0 || message.IndexOf("\"final\":false"u8) < 0)
            return null;
        var digits = message[(at + 8)..];
        return int.Parse(digits[..digits.IndexOf((byte)',')], NumberStyles.None, CultureInfo.InvariantCulture);
    }

    private static Candle Candle(Figi figi, int minute, int close, bool final) => new()
    {
        Figi = figi, OpenTime = Begin.AddMinutes(minute), Open = Price.FromDecimal(100), High = Price.FromDecimal(100_000),
        Low = Price.FromDecimal(1), Close = Price.FromDecimal(close), Volume = 1, Final = final, Source = CandleSource.Stream,
    };
}
