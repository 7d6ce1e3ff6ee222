using System.Globalization;
using System.Text.Json;
using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;
using StockPipeline.Websocket.Messages;

namespace StockPipeline.Bench.Websocket;

/// <summary>
/// What a server is told to broadcast. An order is <c>RATE SECONDS</c>: that many messages a second to all, each with the instant it was
/// published at in place of its epoch.
/// </summary>
internal static class FanoutOrders
{
    public static readonly DateTimeOffset OpenTime = new(2026, 11, 20, 10, 0, 0, TimeSpan.Zero);

    /// <summary>Says the port, and then obeys until there are no more orders.</summary>
    public static async Task ObeyAsync(int port, Action<byte[]> publish)
    {
        Console.WriteLine(port);
        while (Console.ReadLine()?.Split(' ') is [var rate, var seconds])
        {
            var stretch = await PublishAsync(publish, int.Parse(rate, CultureInfo.InvariantCulture),
                TimeSpan.FromSeconds(double.Parse(seconds, CultureInfo.InvariantCulture)));
            Console.WriteLine(JsonSerializer.Serialize(stretch, FanoutJson.Default.ServedStretch));
        }
    }

    private static async Task<ServedStretch> PublishAsync(Action<byte[]> publish, int rate, TimeSpan length)
    {
        var (published, cpu, began) = (0L, Environment.CpuUsage.TotalTime, TimeProvider.System.GetTimestamp());
        using var beat = new PeriodicTimer(TimeSpan.FromMilliseconds(Math.Max(1, 1000 / rate)), TimeProvider.System);
        TimeSpan elapsed;
        while ((elapsed = TimeProvider.System.GetElapsedTime(began)) < length)
        {
            for (var due = (long)(elapsed.TotalSeconds * rate); published < due; published++)
                publish(ValueFrame.Write(Value(), "SBER", Interval.OneMinute));
            await beat.WaitForNextTickAsync();
        }
        return new ServedStretch(published, elapsed.TotalSeconds, (Environment.CpuUsage.TotalTime - cpu).TotalSeconds);
    }

    private static MacdValue Value() => new()
    {
        Figi = new Figi("BBG004730N88"),
        OpenTime = OpenTime,
        Close = Price.FromDecimal(271.35m),
        MainLine = 0.397575235651,
        SignalLine = 0.377686107412,
        Histogram = 0.019889128239,
        Final = false,
        Parameters = MacdParameters.Default,
        Epoch = TimeProvider.System.GetTimestamp(),
    };
}
