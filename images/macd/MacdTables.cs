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
    private readonly CancellationToken stop;

    public MacdTables(ServiceContext context, MacdSettings settings, KafkaClient kafka, IValueOutput output, MacdTelemetry telemetry,
        CancellationToken stop)
    {
        this.settings = settings;
        this.output = output;
        this.kafka = kafka;
        this.telemetry = telemetry;
        this.stop = stop;
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

    public void Assigned(int partition)
    {
        partitions[partition] = new PartitionTables(settings, output, telemetry);
        ready.Starting("candles are being read");
    }

    public void CaughtUp(int partition)
    {
        var tables = partitions[partition];
        tables.Reconcile();
        Log.PartitionCalculated(log, settings.Interval, partition, tables.Instruments);
    }

    public void AllCaughtUp() => ready.Ready();

    public void Revoked(int partition)
    {
        partitions.Remove(partition);
        // The next owner reads what we have published and corrects it: all of it must be there by then.
        kafka.FlushAsync(stop).GetAwaiter().GetResult();
    }

    public void Tick() => pulse.Beat();
}
