using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Records;
using StockPipeline.Streaming.Tables;
using StockPipeline.Workers;

namespace StockPipeline.PolygonCollector;

/// <summary>What the configuration topic says of US shares and of New York's days. Safe from any thread.</summary>
internal sealed class UsTable(PipelineClient client) : ITableHandler
{
    private readonly Lock gate = new();
    private readonly Dictionary<Figi, Instrument> instruments = [];
    private readonly Dictionary<DateOnly, TradingDay> days = [];
    private readonly TaskCompletionSource complete = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Over when the topic has been read once.</summary>
    public Task Complete => complete.Task;

    public IReadOnlyList<Instrument> Instruments
    {
        get
        {
            lock (gate)
                return [.. instruments.Values];
        }
    }

    public Instrument? Find(Figi figi)
    {
        lock (gate)
            return instruments.GetValueOrDefault(figi);
    }

    public TradingDay? DayOf(DateOnly date)
    {
        lock (gate)
            return days.GetValueOrDefault(date);
    }

    /// <summary>Reads until stop is asked for.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var codec = await client.Codecs.ConfigAsync(cancellationToken);
        await client.Kafka.ReadTables(TableAssignment.All, this, Table.Of(client.Topics.Config, codec, Take)).RunAsync(cancellationToken);
    }

    void ITableHandler.OnAssigned(int partition)
    {
        lock (gate)
        {
            instruments.Clear();
            days.Clear();
        }
    }

    void ITableHandler.OnAllCaughtUp() => complete.TrySetResult();

    private void Take(int partition, ReadOnlySpan<TableRecord<ConfigRecord>> records)
    {
        lock (gate)
        {
            foreach (ref readonly var record in records)
            {
                if (record.Value?.Instrument is { } instrument && instrument.IsOfPolygon())
                    instruments[instrument.Figi] = instrument;
                else if (record.Value?.TradingDay is { Exchange: InstrumentSource.NewYork } day)
                    days[day.Date] = day;
                else if (record.Value is null && Figi.TryParse(record.Key, out var figi))
                    instruments.Remove(figi);
            }
        }
    }
}
