using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Serialization;
using StockPipeline.Contracts.Time;
using StockPipeline.Contracts.Topics;
using StockPipeline.Hosting.Status;
using StockPipeline.Indicators.Candles;
using StockPipeline.Indicators.Catalogue;
using StockPipeline.Streaming;
using StockPipeline.Streaming.Tables;

namespace StockPipeline.IndicatorValues;

/// <summary>
/// The partitions a replica owns, of the candles of one interval and of the values of any number of indicators: loaded when they come, dropped,
/// with everything sent, when they go. Add the indicators, then read.
/// </summary>
public sealed class ValueTables : ITableHandler
{
    private static readonly TimeSpan StaleAfter = TimeSpan.FromMinutes(2);

    private readonly Dictionary<int, PartitionValues> partitions = [];
    private readonly List<ValueTopic> topics = [];
    private readonly List<Table> tables = [];
    private readonly Interval interval;
    private readonly int history;
    private readonly KafkaClient kafka;
    private readonly ValueTelemetry telemetry;
    private readonly HealthCheck ready;
    private readonly LoopProgress pulse;
    private Workbench? bench;
    private CandleSessions? sessions;
    private SignalBook? signals;

    /// <param name="interval">Of the candles.</param>
    /// <param name="history">Candles of each instrument that are kept and can still be repaired.</param>
    /// <param name="kafka">Of the service.</param>
    /// <param name="telemetry">Of the service.</param>
    /// <param name="health">Of the service.</param>
    public ValueTables(Interval interval, int history, KafkaClient kafka, ValueTelemetry telemetry, Health health)
    {
        this.interval = interval;
        this.history = history;
        this.kafka = kafka;
        this.telemetry = telemetry;
        ready = health.Check("values");
        ready.Starting("candles are being read");
        pulse = health.Loop("reading", StaleAfter);
    }

    /// <summary>The candles; to be called first.</summary>
    public void Read(TopicDeclaration topic, IRecordDecoder<Candle> decoder) => tables.Add(Table.Of<Candle>(topic, decoder, TakeCandles));

    /// <summary>An indicator and the topic that its values go to, which nobody else writes.</summary>
    public void Add<TRecord, TCodec>(Indicator indicator, TopicDeclaration topic, TCodec codec, IValueRecords<TRecord> records)
        where TRecord : class
        where TCodec : IRecordEncoder<TRecord>, IRecordDecoder<TRecord>
    {
        var which = topics.Count;
        var target = kafka.WriteTo(topic, codec);
        // What is sent while stopping must still go out, so the writer's own patience is not ended by the stop.
        topics.Add(new ValueTopicOf<TRecord>(indicator, records, new ValueWriter<TRecord>(target, telemetry, CancellationToken.None)));
        tables.Add(Table.Owned<TRecord>(topic, codec, (partition, found) => partitions[partition].TakeFound(which, found), target).After(tables[^1]));
    }

    /// <summary>The signals of the indicators, in a topic that others write as well; after the last of them.</summary>
    public void AddSignals<TCodec>(TopicDeclaration topic, TCodec codec)
        where TCodec : IRecordEncoder<Signal>, IRecordDecoder<Signal>
    {
        signals = new SignalBook(interval, kafka.WriteTo(topic, codec), telemetry);
        tables.Add(Table.Loaded<Signal>(topic, codec, (partition, found) => partitions[partition].TakeFoundSignals(found)).After(tables[^1]));
    }

    /// <summary>Whether one of the indicators wants to know when sessions begin.</summary>
    public bool NeedSessions => topics.Exists(topic => topic.Indicator.Description.Fields.HasFlag(CandleFields.Session));

    /// <summary>Reads until stop is asked for.</summary>
    /// <param name="group">Of the replicas that share the partitions.</param>
    /// <param name="calendar">By which sessions begin; the days of UTC where it is null.</param>
    /// <param name="cancellationToken">Asks for the stop.</param>
    public Task RunAsync(string group, CandleSessions? calendar, CancellationToken cancellationToken)
    {
        sessions = calendar;
        sessions?.LookAgain();
        bench = new Workbench(topics, history) { Signals = signals, Sessions = sessions };
        return kafka.ReadTables(TableAssignment.Group(group), this, [.. tables]).RunAsync(cancellationToken);
    }

    void ITableHandler.OnAssigned(int partition)
    {
        partitions[partition] = new PartitionValues(bench!, telemetry);
        ready.Starting("candles are being read");
    }

    ValueTask ITableHandler.OnCaughtUpAsync(int partition, Table table, CancellationToken cancellationToken)
    {
        var which = tables.IndexOf(table) - 1;
        if (which < 0)
            partitions[partition].Start();
        else if (which < topics.Count)
            partitions[partition].Finish(which);
        else
            partitions[partition].FinishSignals();
        pulse.Beat();
        return ValueTask.CompletedTask;
    }

    ValueTask ITableHandler.OnCaughtUpAsync(int partition, CancellationToken cancellationToken)
    {
        Log.PartitionCalculated(telemetry.Log, interval, partition, partitions[partition].Instruments);
        return ValueTask.CompletedTask;
    }

    void ITableHandler.OnAllCaughtUp()
    {
        bench?.LetGo();
        ready.Ready();
    }

    async ValueTask ITableHandler.OnRevokedAsync(int partition, CancellationToken cancellationToken)
    {
        partitions.Remove(partition);
        // The next owner reads what we have published and corrects it: all of it must be there by then.
        await kafka.FlushAsync(cancellationToken);
    }

    ValueTask ITableHandler.OnTickAsync(CancellationToken cancellationToken)
    {
        pulse.Beat();
        if (sessions?.LookAgain() == true)
        {
            foreach (var partition in partitions.Values)
                partition.JudgeSessions();
        }
        return ValueTask.CompletedTask;
    }

    private void TakeCandles(int partition, ReadOnlySpan<TableRecord<Candle>> records)
    {
        partitions[partition].Take(records);
        pulse.Beat();
    }
}
