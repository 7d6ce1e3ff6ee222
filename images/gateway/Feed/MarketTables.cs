using System.Collections.Concurrent;
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
    private readonly int keptRows;
    private readonly ConcurrentDictionary<(string Stream, Interval Interval), SeriesTopic> topics = new();
    private readonly List<SeriesTopic> values = [];
    private readonly Dictionary<Interval, RevisionReach> reaches;
    private volatile IReadOnlyList<StreamShape> streams;
    private volatile bool hasPromoted;

    public MarketTables(PipelineClient client, int keptRows)
    {
        this.client = client;
        this.keptRows = keptRows;
        Config = new ConfigTable(client);
        Promoted = new PromotedIndicators(client);
        Gaps = new GapTable(client.Topics.Gaps.Partitions);
        reaches = Interval.All.ToDictionary(
            interval => interval, interval => new RevisionReach(client.Topics.Candles(interval).Partitions, client.Clock));
        streams = [StreamShape.Candles, StreamShape.Macd, .. client.Topics.Indicators.Select(ShapeOf)];
        foreach (var interval in Interval.All)
        {
            Add(StreamShape.Candles, interval, client.Topics.Candles(interval));
            Add(StreamShape.Macd, interval, client.Topics.Macd(interval));
            foreach (var shape in streams.Skip(2))
                values.Add(Add(shape, interval, PipelineTopics.OfIndicator(shape.Name, interval)));
        }
    }

    public ConfigTable Config { get; }

    public GapTable Gaps { get; }

    /// <summary>What was known of candles that have been corrected since.</summary>
    public RevisionTable Revisions { get; } = new(RevisionTopics.CandleRevisions.Partitions);

    public RateTable Rates { get; } = new();

    /// <summary>Which candles there are, also of days whose rows are no longer kept.</summary>
    public PresenceTable Presence { get; } = new();

    /// <summary>Indicators that people have put on the live list.</summary>
    public PromotedIndicators Promoted { get; }

    /// <summary>Streams that can be subscribed to: those of the settings, then what people have added.</summary>
    public IReadOnlyList<StreamShape> Streams => streams;

    public IEnumerable<SeriesTopic> Topics => topics.Values;

    /// <summary>What is still being read, in a sentence; nothing when everything is there.</summary>
    public string? NotReady =>
        !Config.Complete.IsCompleted ? "the instruments are being read"
        : !hasPromoted ? "the live list of indicators is being read"
        : topics.Values.FirstOrDefault(topic => !topic.IsLive) is { } reading ? $"{reading.Name} is being read"
        : !Gaps.IsLive ? "the ledger of gaps is being read"
        : !Revisions.IsLive ? "the log of corrections is being read"
        : null;

    public SeriesTopic? Find(string stream, Interval interval) => topics.GetValueOrDefault((stream, interval));

    /// <summary>Since when all corrections of a series are known; nothing where it is since there are candles.</summary>
    public DateTimeOffset? RevisionsCompleteSince(Figi figi, Interval interval) => reaches[interval].Since(figi);

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

    /// <summary>What has series of its own under that name: an instrument, or a pair of currencies at a source.</summary>
    public Instrument? FindTraded(string name) => FindInstrument(name) ?? PairInstruments.Find(Rates.All, name);

    /// <summary>Reads everything and follows it until stopped.</summary>
    public async Task RunAsync(CancellationToken cancellationToken) =>
        await Together.RunAsync(
            cancellationToken,
            [Config.RunAsync, FollowNamesAsync, ReadGapsAsync, ReadRevisionsAsync, ReadRatesAsync, Promoted.RunAsync, FollowPromotedAsync,
                token => values.Count > 0 ? ReadIndicatorsAsync(values, token) : Task.Delay(Timeout.InfiniteTimeSpan, client.Clock, token),
                .. Interval.All.Select(Func<CancellationToken, Task> (interval) => token => ReadAsync(interval, token))]);

    private async Task ReadAsync(Interval interval, CancellationToken cancellationToken)
    {
        await Config.Complete.WaitAsync(cancellationToken);
        var (candles, macd) = (Candles(interval), Macd(interval));
        var journal = new RevisionJournal(interval, client.Kafka.WriteTo(
            RevisionTopics.CandleRevisions, await client.Codecs.CandleRevisionsAsync(cancellationToken)), Revisions, Presence, reaches[interval]);
        var reading = new TopicsReading(journal);
        var intake = new TopicIntake<Candle>(candles, Readings.Candle, TickerOf, journal);
        reading.Add(candles, TableOf<Candle>(client.Topics.Candles(interval), candles, await client.Codecs.CandlesAsync(interval, cancellationToken),
            Readings.Candle, intake.Take));
        reading.Add(macd, TableOf(client.Topics.Macd(interval), macd, await client.Codecs.MacdAsync(interval, cancellationToken), Readings.Macd,
            new TopicIntake<MacdValue>(macd, Readings.Macd, TickerOf).Take));
        await client.Kafka.ReadTables(TableAssignment.All, reading, reading.Tables).RunAsync(cancellationToken);
    }

    /// <summary>One reader takes all of them: there may be many topics, and what is slow in one of them must hold up no candle.</summary>
    private async Task ReadIndicatorsAsync(IEnumerable<SeriesTopic> read, CancellationToken cancellationToken)
    {
        await Config.Complete.WaitAsync(cancellationToken);
        var reading = new TopicsReading();
        foreach (var topic in read)
        {
            var rows = Readings.Indicator(topic.Shape);
            reading.Add(topic, TableOf(PipelineTopics.OfIndicator(topic.Shape.Name, topic.Interval), topic,
                await client.Codecs.IndicatorAsync(topic.Shape.Name, topic.Interval, cancellationToken), rows,
                new TopicIntake<IndicatorValue>(topic, rows, TickerOf).Take));
        }
        await client.Kafka.ReadTables(TableAssignment.All, reading, reading.Tables).RunAsync(cancellationToken);
    }

    /// <summary>What people put on the live list is read from then on, by a reader of its own, until they take it off.</summary>
    private async Task FollowPromotedAsync(CancellationToken cancellationToken)
    {
        await Promoted.Complete.WaitAsync(cancellationToken);
        var readings = new Dictionary<string, PromotedReading>(StringComparer.Ordinal);
        try
        {
            while (true)
            {
                var list = Promoted.Current;
                foreach (var gone in readings.Keys.Except(list.Select(one => one.Indicator.Slug)).ToList())
                {
                    readings.Remove(gone, out var reading);
                    await reading!.DisposeAsync();
                    Forget(gone);
                }
                foreach (var shape in list.Select(one => StreamShape.Of(one.Indicator)).Where(one => !readings.ContainsKey(one.Name)))
                {
                    var added = Interval.All.Select(one => Add(shape, one, PipelineTopics.OfIndicator(shape.Name, one))).ToList();
                    readings.Add(shape.Name, new PromotedReading(token => ReadIndicatorsAsync(added, token), cancellationToken));
                    streams = [.. streams, shape];
                }
                hasPromoted = true;
                // A reading that ends has failed: then so does the gateway.
                await await Task.WhenAny([Promoted.AfterAsync(list, cancellationToken), .. readings.Values.Select(one => one.Reading)]);
            }
        }
        finally
        {
            foreach (var reading in readings.Values)
                await reading.DisposeAsync();
        }
    }

    private void Forget(string stream)
    {
        streams = [.. streams.Where(shape => shape.Name != stream)];
        foreach (var interval in Interval.All)
            topics.TryRemove((stream, interval), out _);
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

    private SeriesTopic Add(StreamShape shape, Interval interval, TopicDeclaration topic) =>
        topics[(shape.Name, interval)] = new SeriesTopic(shape, interval, topic.Name, topic.Partitions, keptRows);

    private static StreamShape ShapeOf(string slug) => IndicatorCatalogue.TryParseSlug(slug, out var indicator)
        ? StreamShape.Of(indicator)
        : throw new InvalidOperationException($"'{slug}' is the slug of no indicator.");

    /// <summary>One indicator being read until it is taken off the list.</summary>
    private sealed class PromotedReading : IAsyncDisposable
    {
        private readonly CancellationTokenSource stop;

        public PromotedReading(Func<CancellationToken, Task> readAsync, CancellationToken cancellationToken)
        {
            stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            Reading = readAsync(stop.Token);
        }

        public Task Reading { get; }

        public async ValueTask DisposeAsync()
        {
            await stop.CancelAsync();
            await Reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            stop.Dispose();
        }
    }
}
