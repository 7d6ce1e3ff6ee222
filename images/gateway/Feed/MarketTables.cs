using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;
using StockPipeline.Contracts.Topics;
using StockPipeline.Gateway.Series;
using StockPipeline.Streaming.Tables;
using StockPipeline.Workers;

namespace StockPipeline.Gateway.Feed;

/// <summary>Everything a gateway knows, read from topics: instruments, candles and values of every interval, and the ledger of gaps.</summary>
internal sealed class MarketTables
{
    private readonly PipelineClient client;
    private readonly Dictionary<(string Stream, Interval Interval), SeriesTopic> topics = [];

    public MarketTables(PipelineClient client, int keptRows)
    {
        this.client = client;
        Config = new ConfigTable(client);
        Gaps = new GapTable(client.Topics.Gaps.Partitions);
        foreach (var interval in Interval.All)
        {
            Add(StreamShape.Candles, interval, client.Topics.Candles(interval), keptRows);
            Add(StreamShape.Macd, interval, client.Topics.Macd(interval), keptRows);
        }
    }

    public ConfigTable Config { get; }

    public GapTable Gaps { get; }

    /// <summary>Which candles there are, also of days whose rows are no longer kept.</summary>
    public PresenceTable Presence { get; } = new();

    /// <summary>Streams that can be subscribed to.</summary>
    public IReadOnlyList<StreamShape> Streams { get; } = [StreamShape.Candles, StreamShape.Macd];

    public IEnumerable<SeriesTopic> Topics => topics.Values;

    /// <summary>What is still being read, in a sentence; nothing when everything is there.</summary>
    public string? NotReady =>
        !Config.Complete.IsCompleted ? "the instruments are being read"
        : topics.Values.FirstOrDefault(topic => !topic.IsLive) is { } reading ? $"{reading.Name} is being read"
        : !Gaps.IsLive ? "the ledger of gaps is being read"
        : null;

    public SeriesTopic? Find(string stream, Interval interval) => topics.GetValueOrDefault((stream, interval));

    public SeriesTopic Candles(Interval interval) => topics[(StreamShape.Candles.Name, interval)];

    public SeriesTopic Macd(Interval interval) => topics[(StreamShape.Macd.Name, interval)];

    /// <summary>The instrument of a FIGI or, whatever its case, a ticker.</summary>
    public Instrument? FindInstrument(string name)
    {
        var instruments = Config.Current.Instruments;
        return Figi.TryParse(name, out var figi) && instruments.TryGetValue(figi, out var found)
            ? found
            : instruments.Values.Where(one => one.Ticker.Equals(name, StringComparison.OrdinalIgnoreCase)).MinBy(one => one.Figi);
    }

    /// <summary>Reads everything and follows it until stopped.</summary>
    public async Task RunAsync(CancellationToken cancellationToken) =>
        await Together.RunAsync(
            cancellationToken,
            [Config.RunAsync, FollowNamesAsync, ReadGapsAsync, .. Interval.All.Select(Func<CancellationToken, Task> (interval) => token =>
                ReadAsync(interval, token))]);

    private async Task ReadAsync(Interval interval, CancellationToken cancellationToken)
    {
        await Config.Complete.WaitAsync(cancellationToken);
        var (candles, values) = (Candles(interval), Macd(interval));
        var reader = new IntervalReader(candles, values, TickerOf);
        var candleTable = Table.Of(client.Topics.Candles(interval), await client.Codecs.CandlesAsync(interval, cancellationToken),
            (int partition, ReadOnlySpan<TableRecord<Candle>> records) =>
            {
                Presence.Take(interval, records);
                reader.TakeCandles(partition, records);
            });
        var valueTable = Table.Of(
            client.Topics.Macd(interval), await client.Codecs.MacdAsync(interval, cancellationToken), reader.TakeValues);
        reader.Identify(() => (candleTable.Incarnation, valueTable.Incarnation));
        await client.Kafka.ReadTables(TableAssignment.All, reader, candleTable, valueTable).RunAsync(cancellationToken);
    }

    private async Task ReadGapsAsync(CancellationToken cancellationToken)
    {
        var codec = await client.Codecs.GapsAsync(cancellationToken);
        await client.Kafka.ReadTables(TableAssignment.All, Gaps, Table.Of(client.Topics.Gaps, codec, Gaps.Take)).RunAsync(cancellationToken);
    }

    /// <summary>Rows carry the ticker: a new name is told to every series of the instrument.</summary>
    private async Task FollowNamesAsync(CancellationToken cancellationToken)
    {
        var known = await Config.Complete.WaitAsync(cancellationToken);
        while (true)
        {
            var next = await Config.AfterAsync(known, cancellationToken);
            foreach (var (figi, instrument) in next.Instruments)
            {
                if (known.Instruments.GetValueOrDefault(figi)?.Ticker == instrument.Ticker)
                    continue;
                foreach (var topic in topics.Values)
                    topic.Find(figi)?.Rename(instrument.Ticker);
            }
            known = next;
        }
    }

    private string TickerOf(Figi figi) => Config.Current.Instruments.TryGetValue(figi, out var instrument) ? instrument.Ticker : figi.Value;

    private void Add(StreamShape shape, Interval interval, TopicDeclaration topic, int keptRows) =>
        topics.Add((shape.Name, interval), new SeriesTopic(shape, interval, topic.Name, topic.Partitions, keptRows));
}
