using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using StockPipeline.Broker.Apis;
using StockPipeline.Broker.Connections;
using StockPipeline.Broker.Groups;
using StockPipeline.Broker.Log;
using StockPipeline.Broker.Protocol;
using StockPipeline.Broker.Storage;
using StockPipeline.Broker.Topics;

namespace StockPipeline.Broker;

/// <summary>
/// A Kafka broker inside this process: <c>await using var broker = await EmbeddedBroker.StartAsync(new() { DataFolder = folder });</c>.
/// Disposing stops it cleanly; <see cref="AbandonAsync"/> leaves its files as a killed process would.
/// </summary>
public sealed class EmbeddedBroker : IAsyncDisposable
{
    private readonly NodeFolder node;
    private readonly TopicRegistry topics;
    private readonly GroupCoordinator groups;
    private readonly BrokerListener listener;
    private readonly BrokerAddress address;
    private readonly ILogger logger;
    private bool ended;

    private EmbeddedBroker(BrokerOptions options, NodeFolder node, ILoggerFactory loggers)
    {
        this.node = node;
        logger = loggers.CreateLogger<EmbeddedBroker>();
        var environment = new LogEnvironment(PhysicalDisk.Instance, options.Clock, loggers.CreateLogger<PartitionLog>())
        {
            LeaderEpoch = node.LeaderEpoch, Flush = options.Flush,
        };
        topics = TopicRegistry.Open(options.DataFolder, environment, options.MinSegmentBytes, loggers.CreateLogger<TopicRegistry>());
        groups = OpenGroups(options, loggers.CreateLogger<GroupCoordinator>());
        address = new BrokerAddress(node.ClusterId);
        listener = new BrokerListener(new RequestDispatcher(new ApiRegistry(Apis(options))), options.Limits, options.Clock, loggers);
    }

    /// <summary>HOST:PORT, for the bootstrap.servers of a client.</summary>
    public string BootstrapServers =>
        string.Create(CultureInfo.InvariantCulture, $"{(address.Host.Contains(':') ? $"[{address.Host}]" : address.Host)}:{address.Port}");

    public string ClusterId => address.ClusterId;

    /// <summary>Clients connected now.</summary>
    public int Connections => listener.Connections;

    /// <summary>Recovers what the data folder holds and then opens the port: whoever can connect can work.</summary>
    public static async Task<EmbeddedBroker> StartAsync(
        BrokerOptions options, ILoggerFactory? loggers = null, CancellationToken cancel = default)
    {
        if (!options.TryReadAddresses(out var listen, out var advertisedHost, out var advertisedPort))
            throw new ArgumentException($"The broker cannot listen on '{options.Listen}'; allowed: {ListenAddress.Allowed}.", nameof(options));
        var node = new NodeFolder(Path.GetFullPath(options.DataFolder));
        EmbeddedBroker? broker = null;
        try
        {
            broker = new EmbeddedBroker(options, node, loggers ?? NullLoggerFactory.Instance);
            var port = await broker.listener.BindAsync(listen.EndPoints, cancel);
            (broker.address.Host, broker.address.Port) = (advertisedHost, advertisedPort ?? port);
            broker.listener.Start();
            broker.logger.Started(broker.BootstrapServers, broker.topics.All.Count, options.DataFolder, options.Flush);
            return broker;
        }
        catch
        {
            if (broker is null)
                node.Dispose();
            else
                await broker.AbandonAsync();
            throw;
        }
    }

    /// <summary>Stops cleanly: finishes what is running, flushes, and leaves a folder that starts without recovery.</summary>
    public async ValueTask DisposeAsync()
    {
        if (ended)
            return;
        ended = true;
        await listener.StopAsync();
        groups.Dispose();
        topics.Close();
        node.MarkClosed();
        End();
        logger.Stopped();
    }

    /// <summary>
    /// Stops the way a killed process does: connections are cut, nothing more is written, and the next start has to recover.
    /// What the operating system was given before stays, as it does when a process dies; a power loss is not imitated.
    /// </summary>
    public async Task AbandonAsync()
    {
        if (ended)
            return;
        ended = true;
        await listener.AbandonAsync();
        groups.Dispose();
        topics.Dispose();
        End();
    }

    private void End()
    {
        listener.Dispose();
        node.Dispose();
    }

    private GroupCoordinator OpenGroups(BrokerOptions options, ILogger log)
    {
        var opened = new GroupCoordinator(
            options.DataFolder, PhysicalDisk.Instance, options.Groups with { Flush = options.Flush }, options.Clock, slot => Log(slot) is not null, log);
        opened.Reconcile(slot => Log(slot)?.EndOffset);
        topics.Deleted += topic => opened.ForgetTopic(topic.Name);
        return opened;

        PartitionLog? Log(TopicSlot slot)
        {
            var partitions = topics.Find(slot.Topic)?.Partitions;
            return partitions is not null && (uint)slot.Partition < (uint)partitions.Count ? partitions[slot.Partition] : null;
        }
    }

    private IApi[] Apis(BrokerOptions options)
    {
        var defaults = new TopicDefaults(options.DefaultPartitions, options.AutoCreateTopics);
        return
        [
            new MetadataApi(address, topics, defaults),
            new DescribeClusterApi(address),
            new ProduceApi(topics),
            new FetchApi(topics, options.Clock),
            new ListOffsetsApi(topics),
            new OffsetForLeaderEpochApi(topics),
            new DeleteRecordsApi(topics),
            new CreateTopicsApi(topics, defaults),
            new DeleteTopicsApi(topics),
            new CreatePartitionsApi(topics),
            new DescribeConfigsApi(topics, BrokerConfigs.From(options)),
            new AlterConfigsApi(topics),
            new IncrementalAlterConfigsApi(topics),
            new InitProducerIdApi(new ProducerIds(node.Journal)),
            new FindCoordinatorApi(address),
            new JoinGroupApi(groups),
            new SyncGroupApi(groups),
            new HeartbeatApi(groups),
            new LeaveGroupApi(groups),
            new OffsetCommitApi(groups, options.Clock),
            new OffsetFetchApi(groups),
            new OffsetDeleteApi(groups),
            new DescribeGroupsApi(groups),
            new ListGroupsApi(groups),
            new DeleteGroupsApi(groups),
        ];
    }
}
