using System.Collections.Concurrent;
using System.Text.Json;
using StockPipeline.Live;
using StockPipeline.Testing;

namespace StockPipeline.GatewayTests.Service;

/// <summary>The client for .NET, as a program uses it.</summary>
[Collection(GatewayCollection.Name)]
public sealed class DotnetClientTests(GatewaySite site)
{
    [Fact]
    public async Task It_keeps_what_the_topic_says_over_a_gateway_that_is_killed_and_comes_back()
    {
        var port = FreePorts.Take(1)[0];
        var dying = await site.StartAsync(port);
        using var stop = new CancellationTokenSource();
        using var client = new LiveClient(new Uri($"ws://127.0.0.1:{port}/api/live"));
        var rows = new Rows();
        await client.SubscribeAsync(new LiveRequest("candles", "1-min", "YDEX", 400), rows, default);
        var running = client.RunAsync(stop.Token);
        await Eventually.TrueAsync(() => rows.Marks > 0 && rows.Closes.Count == GatewaySite.Minutes);

        dying.Signal(ChildProcess.Kill);
        await Eventually.TrueAsync(() => !client.IsConnected);
        await site.SayAsync(GatewaySite.Yandex, 3, 4_444, epoch: 5);
        await using var next = await site.StartAsync(port);

        await Eventually.TrueAsync(() => rows.Closes.Values.Contains(4_444));
        Assert.Equal(0, rows.Resets);
        await site.SayAsync(GatewaySite.Yandex, 3, 4_003, epoch: 6);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    [Fact]
    public async Task What_cannot_be_subscribed_to_is_said_to_its_handler()
    {
        using var stop = new CancellationTokenSource();
        using var client = new LiveClient(site.Url("/api/live") is var url ? new UriBuilder(url) { Scheme = "ws" }.Uri : url);
        var rows = new Rows();
        await client.SubscribeAsync(new LiveRequest("candles", "1-min", "NONE"), rows, default);
        var running = client.RunAsync(stop.Token);

        await Eventually.TrueAsync(() => rows.Code == "unknown-instrument");

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    [Fact]
    public async Task Subscribed_to_at_the_moment_it_connects_each_series_is_asked_for_once()
    {
        for (var round = 0; round < 10; round++)
        {
            using var stop = new CancellationTokenSource();
            using var client = new LiveClient(new UriBuilder(site.Url("/api/live")) { Scheme = "ws" }.Uri);
            var (before, then) = (new Rows(), new Rows());
            await client.SubscribeAsync(new LiveRequest("candles", "1-min", "YDEX", 1), before, default);
            var running = client.RunAsync(stop.Token);
            while (!client.IsConnected && !running.IsCompleted)
                await Task.Yield();
            await client.SubscribeAsync(new LiveRequest("candles", "1-min", "SBER", 1), then, default);

            await Eventually.TrueAsync(() => before.Marks > 0 && then.Marks > 0);

            Assert.Equal((null, null), (before.Code, then.Code));
            await stop.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        }
    }

    private sealed class Rows : ILiveHandler
    {
        public ConcurrentDictionary<string, double> Closes { get; } = new();

        public int Marks { get; private set; }

        public int Resets { get; private set; }

        public string? Code { get; private set; }

        public void Row(JsonElement row) => Closes[row.GetProperty("time").GetString()!] = row.GetProperty("close").GetDouble();

        public void Removed(JsonElement row) => Closes.TryRemove(row.GetProperty("time").GetString()!, out _);

        public void Mark(JsonElement mark) => Marks++;

        public void Reset(string reason, string? figi)
        {
            Closes.Clear();
            Resets++;
        }

        public void Refused(string code) => Code = code;
    }
}
