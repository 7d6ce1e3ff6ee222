using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using StockPipeline.Contracts.Connections;
using StockPipeline.Contracts.Serialization;
using StockPipeline.Contracts.Topics;
using StockPipeline.Streaming.Connections;
using StockPipeline.Streaming.DeadLetters;
using StockPipeline.Streaming.Groups;
using StockPipeline.Streaming.Metrics;
using StockPipeline.Streaming.Producing;
using StockPipeline.Streaming.Provisioning;
using StockPipeline.Streaming.Scanning;
using StockPipeline.Streaming.Tables;

namespace StockPipeline.Streaming;

/// <summary>
/// A service's way into Kafka: writers, table readers and group processors of one service share its connection settings, one producer and
/// the dead letters. Making it connects to nothing. Safe from any thread; dispose it last, it flushes what was sent.
/// </summary>
public sealed class KafkaClient : IAsyncDisposable
{
    private readonly TaskCompletionSource failure = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lazy<RecordProducer> producer;
    private readonly ILoggerFactory loggers;

    /// <param name="connection">Where Kafka is.</param>
    /// <param name="service">Who we are: in the brokers' logs, in ours and on dead letters.</param>
    /// <param name="loggers">Told of outages, recoveries, assignments and dead letters.</param>
    /// <param name="metrics">Told of lag, rates and errors.</param>
    /// <param name="clock">Measures pauses and limits: the machine's clock, also where the market's runs faster.</param>
    public KafkaClient(KafkaConnection connection, string service, ILoggerFactory loggers, IStreamingMetrics metrics, TimeProvider clock)
    {
        this.loggers = loggers;
        Connection = connection;
        Service = service;
        Metrics = metrics;
        Clock = clock;
        Log = loggers.CreateLogger<KafkaClient>();
        PackagedLibrdkafka.RequireVersion();
        DeadLetters = new DeadLetterPublisher(this);
        Watch = new BrokerConnectionMonitor(service, Log, metrics);
        producer = new Lazy<RecordProducer>(
            () => new RecordProducer(service, connection, ProducerOptions, clock, Log, metrics, Watch, Fail));
        // Often nobody but the loops looks at it; they throw it on, so it must not count as unobserved.
        _ = failure.Task.ContinueWith(
            static task => task.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
    }

    /// <summary>Fails when nothing more can be sent, or a record that nobody awaits was lost; the loops of this client then end with it
    /// too.</summary>
    public Task Failure => failure.Task;

    /// <summary>The limits of the producer; read when it is first used.</summary>
    public ProducerOptions ProducerOptions { get; init; } = ProducerOptions.Default;

    /// <summary>Where undecodable records go.</summary>
    public string DeadLetterTopic { get; init; } = PipelineTopics.Default.DeadLetters.Name;

    internal KafkaConnection Connection { get; }

    internal string Service { get; }

    internal IStreamingMetrics Metrics { get; }

    internal TimeProvider Clock { get; }

    internal ILogger Log { get; }

    internal DeadLetterPublisher DeadLetters { get; }

    /// <summary>One for all connections: an outage is said once per service, and so is its end.</summary>
    internal BrokerConnectionMonitor Watch { get; }

    internal RecordProducer Producer => producer.Value;

    /// <summary>Has the producer connect now, so that whoever writes first does not wait for it.</summary>
    public void OpenProducer() => _ = producer.Value;

    /// <summary>A writer for the records of a topic.</summary>
    public TopicWriter<T> WriteTo<T>(TopicDeclaration topic, IRecordEncoder<T> encoder)
        where T : class => new(this, topic, encoder);

    /// <summary>A reader of one or several tables, which are topics read from their beginning and then followed.</summary>
    /// <param name="assignment">Which partitions; several tables must then have equally many.</param>
    /// <param name="handler">Told of partitions coming, being caught up, and going.</param>
    /// <param name="tables">What to read and where the records go.</param>
    public TableReader ReadTables(TableAssignment assignment, ITableHandler handler, params Table[] tables) =>
        ReadTables(assignment, handler, TableReaderOptions.Default, tables);

    /// <inheritdoc cref="ReadTables(TableAssignment, ITableHandler, Table[])"/>
    public TableReader ReadTables(TableAssignment assignment, ITableHandler handler, TableReaderOptions options, params Table[] tables) =>
        new(this, assignment, handler, options, tables);

    /// <summary>Handles the records of a topic as one member of a group; each is handled before its offset is committed.</summary>
    /// <param name="groupId">The group, the same for all replicas.</param>
    /// <param name="topic">What to take records from.</param>
    /// <param name="decoder">Reads the values; what it calls unreadable goes to the dead letters, at anything else its partition waits.</param>
    /// <param name="handle">The work; called for several records at a time, and again for the same record after a crash or a rebalance.</param>
    /// <param name="options">The limits.</param>
    public GroupProcessor<T> ProcessGroup<T>(
        string groupId,
        TopicDeclaration topic,
        IRecordDecoder<T> decoder,
        Func<GroupRecord<T>, CancellationToken, ValueTask> handle,
        GroupOptions options)
        where T : class => new(this, groupId, topic, decoder, handle, options);

    /// <summary>How far a group has come with a topic, for those who do not belong to it.</summary>
    public GroupProgress ProgressOf(string groupId, TopicDeclaration topic) => new(this, groupId, topic);

    /// <summary>Reads one partition from an offset to the end it has now, once, batch by batch; the reader sets the pace.</summary>
    /// <exception cref="RecordsGoneException">What stood at the offset is not kept any more.</exception>
    public IAsyncEnumerable<IReadOnlyList<ScannedRecord>> ScanAsync(
        TopicDeclaration topic, int partition, long from, CancellationToken cancellationToken) =>
        PartitionScan.ReadAsync(this, topic.Name, partition, from, cancellationToken);

    /// <summary>Shows each record of one partition once, to the end it has now, without a copy of it; the visitor sets the pace.</summary>
    public async Task ScanAsync(TopicDeclaration topic, int partition, RecordVisitor visit, CancellationToken cancellationToken)
    {
        using var reader = ScanAll(topic);
        await reader.ReadAsync(partition, visit, cancellationToken);
    }

    /// <summary>The same for one partition after the other, over one connection.</summary>
    public PartitionReader ScanAll(TopicDeclaration topic) => new(this, topic.Name);

    /// <summary>
    /// Puts among the dead letters what came from outside of Kafka and cannot be used; over when it is acknowledged.
    /// </summary>
    /// <param name="origin">Where it came from, in place of a topic.</param>
    /// <param name="place">Where it stood there, in place of an offset.</param>
    /// <param name="key">What it is known by.</param>
    /// <param name="value">The untouched bytes.</param>
    /// <param name="reason">Why it cannot be used.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public Task PutAsideAsync(
        string origin, long place, byte[] key, byte[] value, Exception reason, CancellationToken cancellationToken) =>
        DeadLetters.SendAsync(new DeadLetter(origin, 0, place, Clock.GetUtcNow(), key, value, reason), cancellationToken);

    /// <summary>
    /// The ids of topics that are there, by name: one that was deleted and created anew has another. Blocks, for handlers of table readers.
    /// </summary>
    public IReadOnlyDictionary<string, string> TopicIds(IReadOnlyList<TopicDeclaration> topics, CancellationToken cancellationToken)
    {
        using var admin = new AdminClientBuilder(new AdminClientConfig(ClientSettings.Client(Connection, Service))).Build();
        var asked = admin.DescribeTopicsAsync(TopicCollection.OfTopicNames([.. topics.Select(topic => topic.Name)]));
        asked.Wait(cancellationToken);
        return asked.Result.TopicDescriptions.ToDictionary(
            topic => topic.Name, topic => $"{topic.TopicId.MostSignificantBits:x16}{topic.TopicId.LeastSignificantBits:x16}", StringComparer.Ordinal);
    }

    /// <summary>Makes topics be there, as they are declared; what they hold is kept.</summary>
    /// <exception cref="TopicMismatchException">One of them is there with another number of partitions.</exception>
    public Task ProvisionAsync(IReadOnlyCollection<TopicDeclaration> topics, CancellationToken cancellationToken) =>
        new TopicProvisioner(Connection, loggers.CreateLogger<TopicProvisioner>(), Clock).ProvisionAsync(topics, recreate: false, cancellationToken);

    /// <summary>Waits until everything sent before this call is acknowledged.</summary>
    /// <exception cref="DeliveryFailedException">Some of it, now or before, was not.</exception>
    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        if (producer.IsValueCreated)
            await producer.Value.FlushAsync(cancellationToken);
        ThrowIfFailed();
    }

    public ValueTask DisposeAsync() => producer.IsValueCreated ? producer.Value.DisposeAsync() : ValueTask.CompletedTask;

    internal void ThrowIfFailed()
    {
        if (failure.Task.IsFaulted)
            throw new DeliveryFailedException("The Kafka client of this service has failed.", failure.Task.Exception!.InnerException!);
    }

    private void Fail(Exception reason) => failure.TrySetException(reason);
}
