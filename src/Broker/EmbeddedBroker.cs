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
    private readonly DataFolder folder;
    private readonly Journal journal;
    private readonly TopicRegistry topics;
    private readonly GroupCoordinator groups;
    private readonly LogMaintenance maintenance;
    private readonly BrokerListener listener;
    private readonly BrokerAddress address;
    private readonly CancellationTokenSource stopMaintenance = new();
    private readonly ILogger logger;
    private bool ended;

    private EmbeddedBroker(BrokerOptions options, DataFolder folder, ILoggerFactory loggers)
    {
        this.folder = folder;
        logger = loggers.CreateLogger<EmbeddedBroker>();
        var environment = new LogEnvironment(PhysicalDisk.Instance, options.Clock, loggers.CreateLogger<PartitionLog>())
        {
            LeaderEpoch = folder.LeaderEpoch, Flush = options.Flush,
        };
        journal = Journal.Open(Path.Combine(folder.FolderPath, "node.journal"), PhysicalDisk.Instance, logger);
        topics = TopicRegistry.Open(folder.FolderPath, environment, options.MinSegmentBytes, loggers.CreateLogger<TopicRegistry>());
        groups = OpenGroups(options, loggers.CreateLogger<GroupCoordinator>());
        maintenance = new LogMaintenance(() => topics.Logs, environment, options.CleaningInterval, options.RetentionInterval);
        address = new BrokerAddress(ClusterId.Of(journal));
        listener = new BrokerListener(new RequestDispatcher(new ApiRegistry(Apis(options))), options.Limits, options.Clock, loggers);
    }

    /// <summary>HOST:PORT, for the bootstrap.servers of a client.</summary>
    public string BootstrapServers =>
        string.Create(CultureInfo.InvariantCulture, $"{(address.Host.Contains(':') ? $"[{address.Host}]" : address.Host)}:{address.Port}");

    /// <summary>Ends when the broker stops, and with a failure when it can no longer look after its data; then it should be stopped.</summary>
    public Task Ended { get; private set; } = Task.CompletedTask;

    /// <summary>Clients connected now.</summary>
    public int Connections => listener.Connections;

    /// <summary>Recovers what the data folder holds and then opens the port: whoever can connect can work.</summary>
    public static async Task<EmbeddedBroker> StartAsync(
        BrokerOptions options, ILoggerFactory? loggers = null, CancellationToken cancellationToken = default)
    {
        if (!options.TryReadAddresses(out var listen, out var advertisedHost, out var advertisedPort))
            throw new ArgumentException($"The broker cannot listen on '{options.Listen}'; allowed: {ListenAddress.Allowed}.", nameof(options));
        var folder = DataFolder.Open(PhysicalDisk.Instance, options.DataFolder);
        EmbeddedBroker? broker = null;
        try
        {
            broker = new EmbeddedBroker(options, folder, loggers ?? NullLoggerFactory.Instance);
            var port = broker.listener.Bind(listen.EndPoints);
            (broker.address.Host, broker.address.Port) = (advertisedHost, advertisedPort ?? port);
            broker.Ended = broker.maintenance.RunAsync(broker.stopMaintenance.Token);
            broker.listener.Start();
            broker.logger.Started(broker.BootstrapServers, broker.topics.All.Count, folder.FolderPath, options.Flush);
            return broker;
        }
        catch
        {
            if (broker is null)
                folder.Dispose();
            else
                await broker.AbandonAsync();
            throw;
        }
    }

    /// <summary>
    /// Stops cleanly: finishes what is running, flushes, and leaves a folder that starts without recovery. Throws an
    /// <see cref="IOException"/> when the disk refuses; then the folder is free as well, and the next start recovers.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        if (ended)
            return;
        ended = true;
        try
        {
            await listener.StopAsync();
            await StopMaintenanceAsync();
            groups.Dispose();
            topics.Close();
            journal.Dispose();
            folder.MarkClean();
        }
        finally
        {
            Release();
        }
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
        try
        {
            await listener.AbandonAsync();
            await StopMaintenanceAsync();
        }
        finally
        {
            Release();
        }
    }

    /// <summary>What ended the maintenance was told through <see cref="Ended"/>; a stop goes on in any case.</summary>
    private async Task StopMaintenanceAsync()
    {
        await stopMaintenance.CancelAsync();
        await Ended.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>Lets go of everything that is still open, the folder in any case: whoever comes next must not find it taken.</summary>
    private void Release()
    {
        try
        {
            groups.Dispose();
            topics.Dispose();
            journal.Dispose();
        }
        finally
        {
            listener.Dispose();
            stopMaintenance.Dispose();
            folder.Dispose();
        }
    }

    private GroupCoordinator OpenGroups(BrokerOptions options, ILogger log)
    {
        var opened = new GroupCoordinator(
            folder.FolderPath, PhysicalDisk.Instance, options.Groups with { Flush = options.Flush }, options.Clock,
            slot => topics.FindLog(slot.Topic, slot.Partition) is not null, log);
        opened.Reconcile(slot => topics.FindLog(slot.Topic, slot.Partition)?.EndOffset);
        topics.Deleted += topic => opened.ForgetTopic(topic.Name);
        return opened;
    }

    private IApi[] Apis(BrokerOptions options)
    {
        return
        [
            new MetadataApi(address, topics, options),
            new DescribeClusterApi(address),
            new ProduceApi(topics),
            new FetchApi(topics, options.Clock),
            new ListOffsetsApi(topics),
            new OffsetForLeaderEpochApi(topics),
            new DeleteRecordsApi(topics),
            new CreateTopicsApi(topics, options),
            new DeleteTopicsApi(topics),
            new CreatePartitionsApi(topics),
            new DescribeConfigsApi(topics, options),
            new AlterConfigsApi(topics),
            new IncrementalAlterConfigsApi(topics),
            new InitProducerIdApi(new ProducerIds(journal)),
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
