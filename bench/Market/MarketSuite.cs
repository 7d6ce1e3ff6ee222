using Microsoft.Extensions.Logging.Abstractions;
using StockPipeline.Bench.Measure;
using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Time;
using StockPipeline.Market.Api;
using StockPipeline.Market.Limits;
using StockPipeline.Market.Streams;

namespace StockPipeline.Bench.Market;

/// <summary>
/// One stream of candles with all the subscriptions it may have, from the socket to the record in the owner's hands. The server is in the same
/// process and its work is counted too, so the client alone does better than the figures say.
/// </summary>
public sealed class MarketSuite : ISuite
{
    private const int Messages = 10_000_000;

    private const int WarmUp = 500_000;

    private const double Mebibyte = 1024 * 1024;

    public string Name => "market";

    public async Task RunAsync(Report report)
    {
        await using var server = await CandleFirehose.StartAsync();
        using var api = new InvestApiClient(
            new InvestApiOptions { Host = server.Address.ToString() }, new InProcessQuota(TimeProvider.System), NullLogger<InvestApiClient>.Instance);
        var stream = new MarketStream(api, new MarketStreamOptions(), TimeProvider.System, NullLogger<MarketStream>.Instance);
        stream.Want([.. Enumerable.Range(0, MarketStreamOptions.MaxSubscriptions)
            .Select(number => new StreamSubscription(new Figi($"FIGI{number:D8}"), $"{number:D8}-9665-43e0-8413-cd61b8aa9b13", Interval.OneMinute))]);
        using var stopping = new CancellationTokenSource();
        var running = stream.RunAsync(stopping.Token);

        await TakeAsync(stream, WarmUp);
        var (heap, allocated) = (GC.GetTotalMemory(forceFullCollection: true), GC.GetTotalAllocatedBytes());
        var (cpu, started) = (Environment.CpuUsage.TotalTime, TimeProvider.System.GetTimestamp());
        await TakeAsync(stream, Messages);
        var (wall, busy) = (TimeProvider.System.GetElapsedTime(started), Environment.CpuUsage.TotalTime - cpu);
        var bytes = GC.GetTotalAllocatedBytes() - allocated;
        var growth = GC.GetTotalMemory(forceFullCollection: true) - heap;
        await stopping.CancelAsync();
        await running;

        report.Add("candles through one stream, by the clock", Messages / wall.TotalSeconds, "1/s");
        report.Add("candles through one stream, on one core", Messages / busy.TotalSeconds, "1/s", Bar.AtLeast(250_000));
        report.Add("allocated for one candle", (double)bytes / Messages, "bytes");
        report.Add("growth of the heap over all candles", growth / Mebibyte, "MiB", Bar.AtMost(8));
    }

    private static async Task TakeAsync(MarketStream stream, int candles)
    {
        while (candles > 0)
        {
            if (await stream.Events.ReadAsync() is CandleReceived)
                candles--;
        }
    }
}
