using StockPipeline.Contracts.Topics;
using StockPipeline.Streaming;
using StockPipeline.Streaming.Provisioning;
using StockPipeline.Streaming.Tables;

namespace StockPipeline.Bench.Streaming;

/// <summary>How long a record takes from the writer to the handler of a table reader, at the pace of a busy market.</summary>
internal sealed class LatencyProbe(KafkaClient kafka, TopicDeclaration topic, TopicProvisioner provisioner)
{
    private const int PerSecond = 1_000;

    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(6);

    /// <summary>Until then connections are made and code is compiled.</summary>
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(2);

    private readonly List<TimeSpan> seen = [];
    private long started;

    public async Task<(TimeSpan Median, TimeSpan High)> RunAsync()
    {
        await provisioner.ProvisionAsync([topic], recreate: true, CancellationToken.None);
        using var stop = new CancellationTokenSource();
        var reader = kafka.ReadTables(TableAssignment.All, new NoHandler(), Table.Of<byte[]>(topic, new RawBytes(), Take));
        var running = reader.RunAsync(stop.Token);
        await SendAsync(stop.Token);
        await kafka.FlushAsync(stop.Token);
        await stop.CancelAsync();
        await running;
        seen.Sort();
        return (seen[seen.Count / 2], seen[seen.Count * 99 / 100]);
    }

    private async Task SendAsync(CancellationToken stop)
    {
        var writer = kafka.WriteTo(topic, new RawBytes());
        started = TimeProvider.System.GetTimestamp();
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(1), TimeProvider.System);
        for (var sent = 0; await pace.WaitForNextTickAsync(stop);)
        {
            var elapsed = TimeProvider.System.GetElapsedTime(started);
            if (elapsed > Duration)
                return;
            for (; sent < elapsed.TotalSeconds * PerSecond; sent++)
                await writer.SendAsync($"BBG{sent % 250:D9}/x", BitConverter.GetBytes(TimeProvider.System.GetTimestamp()), stop);
        }
    }

    private void Take(int partition, ReadOnlySpan<TableRecord<byte[]>> records)
    {
        foreach (var record in records)
        {
            var sent = BitConverter.ToInt64(record.Value!);
            if (TimeProvider.System.GetElapsedTime(started, sent) > WarmUp)
                seen.Add(TimeProvider.System.GetElapsedTime(sent));
        }
    }
}
