using System.Net;
using System.Net.Sockets;
using Confluent.Kafka;
using StockPipeline.Streaming.Connections;
using StockPipeline.StreamingTests.Support;
using StockPipeline.Testing;
using StockPipeline.Testing.Kafka;

namespace StockPipeline.StreamingTests.Connections;

public sealed class TopicIdMonitorTests
{
    [Fact]
    public async Task No_request_is_left_open_on_the_client_when_stop_comes_while_waiting()
    {
        // Takes connections, as a frozen broker does, and never answers.
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        await using var bench = new Workbench(new Silent($"127.0.0.1:{((IPEndPoint)silent.LocalEndpoint).Port}"));
        var kafka = bench.Client();
        using var consumer = new ConsumerBuilder<byte[], byte[]>(ClientSettings.Consumer(bench.Connection, "me", "g", namesTopic: false)).Build();
        var identities = new TopicIdMonitor(kafka, consumer.Handle, new Dictionary<string, int> { ["topic"] = 1 }, TimeSpan.FromSeconds(1));
        using var stop = new CancellationTokenSource();
        var waiting = Task.Run(() => identities.WaitForAll(() => { }, stop.Token));
        await Eventually.TrueAsync(() => identities.IsAsking);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        Assert.True(identities.IsAsking);

        identities.Dispose();

        Assert.False(identities.IsAsking);
    }

    private sealed class Silent(string address) : IKafkaBroker
    {
        public string BootstrapServers => address;

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
