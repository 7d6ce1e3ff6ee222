using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Rates;
using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Serialization;
using StockPipeline.Contracts.Time;
using StockPipeline.Contracts.Topics;
using StockPipeline.Gateway.Series;
using StockPipeline.Indicators.Catalogue;
using StockPipeline.Streaming.Tables;
using StockPipeline.Workers;

namespace StockPipeline.Gateway.Feed;

/// <summary>Everything a gateway knows, read from topics: instruments, candles and values of every interval, and the ledger of gaps.</summary>
internal sealed class MarketTables
{
    private readonly PipelineClient client;
    private readonly Dictionary<(string Stream, Interval Interval), SeriesTopic> topics = [];
    private readonly List<SeriesTopic> values = [];

    public MarketTables(PipelineClient client, int keptRows)
    {
        this.client = client;
        Config = new ConfigTable(client);
        Gaps = new GapTable(client.Topics.Gaps.Partitions);
        Streams = [StreamShape.Candles, StreamShape.Macd, .. client.Topics.Indicators.Select(ShapeOf)];
        foreach (var interval in Interval.All)
        {
            Add(StreamShape.Candles, interval, client.Topics.Candles(interval), keptRows);
            Add(StreamShape.Macd, interval, client.Topics.Macd(interval), keptRows);
            foreach (var shape in Streams.Skip(2))
                values.Add(Add(shape, interval, PipelineTopics.OfIndicator(shape.Name, interval), keptRows));
        }
    }

    public ConfigTable Config { get; }

    public GapTable Gaps { get; }

    /// <summary>What was known of candles that have been corrected since.</summary>
    public RevisionTable Revisions { get; } = new(RevisionTopics.CandleRevisions.Partitions);

    public RateTable Rates { get; } = new();

    /// <summary>Which candles there are, also of days whose rows are no longer kept.</summary>
    public PresenceTable Presence { get; } = new();

    /// <summary>Streams that can be subscribed to.</summary>
    public IReadOnlyList<StreamShape> Streams { get; }

    public IEnumerable<SeriesTopic> Topics => topics.Values;

    /// <summary>What is still being read, in a sentence; nothing when everything is there.</summary>
    public string? NotReady =>
        !Config.Complete.IsCompleted ? "the instruments are being read"
        : topics.Values.FirstOrDefault(topic => !topic.IsLive) is { } reading ? $"{reading.Name} is being read"
        : !Gaps.IsLive ? "the ledger of gaps is being read"
        : !Revisions.IsLive ? "the log of corrections is being read"
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
            [Config.RunAsync, FollowNamesAsync, ReadGapsAsync, ReadRevisionsAsync, ReadRatesAsync, ReadIndicatorsAsync,
                .. Interval.All.Select(Func<CancellationToken, Task> (interval) => token => ReadAsync(interval, token))]);

    private async Task ReadAsync(Interval interval, CancellationToken cancellationToken)
    {
        await Config.Complete.WaitAsync(cancellationToken);
        var (candles, macd) = (Candles(interval), Macd(interval));
        var journal = new RevisionJournal(interval, client.Kafka.WriteTo(
            RevisionTopics.CandleRevisions, await client.Codecs.CandleRevisionsAsync(cancellationToken)), Revisions);
        var reading = new TopicsReading(journal);
        var intake = new TopicIntake<Candle>(candles, Readings.Candle, TickerOf, journal);
        reading.Add(candles, TableOf<Candle>(client.Topics.Candles(interval), candles, await client.Codecs.CandlesAsync(interval, cancellationToken),
            Readings.Candle, (partition, records) =>
            {
                Presence.Take(interval, records);
                intake.Take(partition, records);
            }));
        reading.Add(macd, TableOf(client.Topics.Macd(interval), macd, await client.Codecs.MacdAsync(interval, cancellationToken), Readings.Macd,
            new TopicIntake<MacdValue>(macd, Readings.Macd, TickerOf).Take));
        await client.Kafka.ReadTables(TableAssignment.All, reading, reading.Tables).RunAsync(cancellationToken);
    }

    /// <summary>One reader takes all of them: there may be many topics, and what is slow in one of them must hold up no candle.</summary>
    private async Task ReadIndicatorsAsync(CancellationToken cancellationToken)
    {
        await Config.Complete.WaitAsync(cancellationToken);
        var reading = new TopicsReading();
        foreach (var topic in values)
        {
            var read = Readings.Indicator(topic.Shape);
            reading.Add(topic, TableOf(PipelineTopics.OfIndicator(topic.Shape.Name, topic.Interval), topic,
                await client.Codecs.IndicatorAsync(topic.Shape.Name, topic.Interval, cancellationToken), read,
                new TopicIntake<IndicatorValue>(topic, read, TickerOf).Take));
        }
        if (values.Count > 0)
            await client.Kafka.ReadTables(TableAssignment.All, reading, reading.Tables).RunAsync(cancellationToken);
        else
            await Task.Delay(Timeout.InfiniteTimeSpan, client.Clock, cancellationToken);
    }

    private Table TableOf<T>(
        TopicDeclaration declaration, SeriesTopic topic, IRecordDecoder<T> codec, RowReading<T> read, TableBatch<T> take)
        where T : class
    {
        topic.Scan = new TopicScan<T>(client.Kafka, declaration, codec, read);
        return Table.Of(declaration, codec, take);
    }

    private async Task ReadRevisionsAsync(CancellationToken cancellationToken)
    {
        var codec = await client.Codecs.CandleRevisionsAsync(cancellationToken);
        await client.Kafka.ReadTables(TableAssignment.All, Revisions, Table.Of<CandleRevision>(RevisionTopics.CandleRevisions, codec, Revisions.Take))
            .RunAsync(cancellationToken);
    }

    private async Task ReadRatesAsync(CancellationToken cancellationToken)
    {
        var codec = await client.Codecs.RatesAsync(cancellationToken);
        await client.Kafka.ReadTables(TableAssignment.All, Rates, Table.Of<Rate>(RatesTopics.Rates, codec, Rates.Take)).RunAsync(cancellationToken);
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

    private SeriesTopic Add(StreamShape shape, Interval interval, TopicDeclaration topic, int keptRows) =>
        topics[(shape.Name, interval)] = new SeriesTopic(shape, interval, topic.Name, topic.Partitions, keptRows);

    private static StreamShape ShapeOf(string slug) => IndicatorCatalogue.TryParseSlug(slug, out var indicator)
        ? StreamShape.Of(indicator)
        : throw new InvalidOperationException($"'{slug}' is the slug of no indicator.");
}
