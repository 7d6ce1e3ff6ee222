using StockPipeline.Contracts.Records;
using StockPipeline.Hosting;
using StockPipeline.Hosting.Status;
using StockPipeline.Streaming;
using StockPipeline.Streaming.Tables;

namespace StockPipeline.Macd;

/// <summary>The partitions this replica owns: loaded when they come, dropped, with everything sent, when they go.</summary>
internal sealed class MacdTables : ITableHandler
{
    private static readonly TimeSpan StaleAfter = TimeSpan.FromMinutes(2);

    private readonly Dictionary<int, PartitionTables> partitions = [];
    private readonly MacdSettings settings;
    private readonly IValueOutput output;
    private readonly KafkaClient kafka;
    private readonly MacdTelemetry telemetry;
    private readonly ILogger log;
    private readonly HealthCheck ready;
    private readonly LoopProgress pulse;

    public MacdTables(ServiceContext context, MacdSettings settings, KafkaClient kafka, IValueOutput output, MacdTelemetry telemetry)
    {
        this.settings = settings;
        this.output = output;
        this.kafka = kafka;
        this.telemetry = telemetry;
        log = context.Logger<MacdService>();
        ready = context.Health.Check("values");
        ready.Starting("candles are being read");
        pulse = context.Health.Loop("reading", StaleAfter);
    }

    public void TakeCandles(int partition, ReadOnlySpan<TableRecord<Candle>> records)
    {
        partitions[partition].Take(records);
        pulse.Beat();
    }

    public void TakeValues(int partition, ReadOnlySpan<TableRecord<MacdValue>> records) => partitions[partition].TakeFound(records);

    public void OnAssigned(int partition)
    {
        partitions[partition] = new PartitionTables(settings, output, telemetry);
        ready.Starting("candles are being read");
    }

    public ValueTask OnCaughtUpAsync(int partition, CancellationToken cancellationToken)
    {
        var tables = partitions[partition];
        tables.Reconcile();
        Log.PartitionCalculated(log, settings.Interval, partition, tables.Instruments);
        return ValueTask.CompletedTask;
    }

    public void OnAllCaughtUp() => ready.Ready();

    public async ValueTask OnRevokedAsync(int partition, CancellationToken cancellationToken)
    {
        partitions.Remove(partition);
        // The next owner reads what we have published and corrects it: all of it must be there by then.
        await kafka.FlushAsync(cancellationToken);
    }

    public ValueTask OnTickAsync(CancellationToken cancellationToken)
    {
        pulse.Beat();
        return ValueTask.CompletedTask;
    }
}
