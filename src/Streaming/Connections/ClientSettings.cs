using Confluent.Kafka;
using StockPipeline.Contracts.Connections;

namespace StockPipeline.Streaming.Connections;

/// <summary>The one place where our settings become those of the Kafka client.</summary>
internal static class ClientSettings
{
    /// <summary>How long the broker may hold a fetch that finds nothing; a partition newly assigned may have to wait for it.</summary>
    private static readonly TimeSpan FetchWait = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// How long the client rests when it has fetched far enough ahead. Its default of a second is longer than the records last: readers would idle.
    /// </summary>
    private static readonly TimeSpan FetchRest = TimeSpan.FromMilliseconds(5);

    /// <summary>What one consumer holds in memory before it stops fetching; the client needs several times as much to hold it.</summary>
    private const int PrefetchKilobytes = 1024;

    /// <summary>The same as a number of records, which cost the client a few hundred bytes each however short they are.</summary>
    private const int PrefetchRecords = 10_000;

    /// <summary>What one answer brings of a partition at most, a longer record aside.</summary>
    private const int FetchBytes = 256 * 1024;

    /// <summary>Members learn of a rebalance with their next heartbeat, and a partition moves in two rebalances.</summary>
    private const int HeartbeatsPerSession = 10;

    private static readonly TimeSpan FirstReconnectPause = TimeSpan.FromMilliseconds(100);

    private static readonly TimeSpan LongestReconnectPause = TimeSpan.FromSeconds(5);

    /// <summary>
    /// A topic deleted and created anew some time later is found again only with the next look at all topics, for which the client takes five
    /// minutes by itself. A reader also believes so soon that a topic is gone; a writer, whose records would be given up with it, takes longer.
    /// </summary>
    private static readonly TimeSpan TopicsInterval = TimeSpan.FromSeconds(5);

    public static ClientConfig Client(KafkaConnection connection, string clientId)
    {
        var config = new ClientConfig
        {
            BootstrapServers = connection.BootstrapServers,
            ClientId = clientId,
            SecurityProtocol = connection.SecurityProtocol switch
            {
                KafkaSecurityProtocol.Plaintext => SecurityProtocol.Plaintext,
                KafkaSecurityProtocol.Ssl => SecurityProtocol.Ssl,
                KafkaSecurityProtocol.SaslPlaintext => SecurityProtocol.SaslPlaintext,
                KafkaSecurityProtocol.SaslSsl => SecurityProtocol.SaslSsl,
                var other => throw new ArgumentOutOfRangeException(nameof(connection), other, "Unknown security protocol."),
            },
            SocketNagleDisable = true,
            SocketKeepaliveEnable = true,
            ReconnectBackoffMs = (int)FirstReconnectPause.TotalMilliseconds,
            ReconnectBackoffMaxMs = (int)LongestReconnectPause.TotalMilliseconds,
            TopicMetadataRefreshIntervalMs = (int)TopicsInterval.TotalMilliseconds,
        };
        // Where connections are only made as needed, a question to a broker that is away makes the client call again without any pause.
        config.Set("enable.sparse.connections", "false");
        if (connection.UsesSasl)
        {
            config.SaslMechanism = connection.SaslMechanism switch
            {
                KafkaSaslMechanism.Plain => SaslMechanism.Plain,
                KafkaSaslMechanism.ScramSha256 => SaslMechanism.ScramSha256,
                KafkaSaslMechanism.ScramSha512 => SaslMechanism.ScramSha512,
                var other => throw new ArgumentOutOfRangeException(nameof(connection), other, "SASL is on and no mechanism is named."),
            };
            config.SaslUsername = connection.Username;
            config.SaslPassword = connection.Password?.Reveal();
        }
        if (connection.UsesTls && connection.CaFile is { } authorities)
            config.SslCaLocation = authorities;
        if (connection.UsesTls && connection.CertificateFile is { } ours)
        {
            (config.SslCertificateLocation, config.SslKeyLocation) = (ours, ours);
            config.SslKeyPassword = connection.KeyPassword?.Reveal();
        }
        if (connection.Rack is { } rack)
            config.ClientRack = rack;
        return config;
    }

    /// <summary>Makes a consumer a member of its group; only partitions that must move do, and a silent member is missed after a session.</summary>
    public static void JoinGroup(ConsumerConfig config, TimeSpan session)
    {
        config.PartitionAssignmentStrategy = PartitionAssignmentStrategy.CooperativeSticky;
        config.SessionTimeoutMs = (int)session.TotalMilliseconds;
        config.HeartbeatIntervalMs = (int)session.TotalMilliseconds / HeartbeatsPerSession;
    }

    /// <summary>
    /// Has a consumer fetch far ahead and give nothing but keys and values: for one that reads a partition from end to end and is then gone.
    /// </summary>
    public static void ReadFast(ConsumerConfig config)
    {
        config.QueuedMaxMessagesKbytes = PrefetchKilobytes * 4;
        config.QueuedMinMessages = PrefetchRecords * 4;
        config.MaxPartitionFetchBytes = FetchBytes * 4;
        config.ConsumeResultFields = "none";
    }

    /// <summary>A consumer that decides itself where it starts and what it commits.</summary>
    /// <param name="connection">Where Kafka is.</param>
    /// <param name="clientId">What brokers call this client in their logs.</param>
    /// <param name="group">The client demands one, also where no group is joined.</param>
    /// <param name="namesTopic">Whether results carry their topic; without it each record is a little cheaper.</param>
    /// <param name="hasHeaders">Whether results carry their headers, which cost an object for each record.</param>
    public static ConsumerConfig Consumer(KafkaConnection connection, string clientId, string group, bool namesTopic, bool hasHeaders = false) =>
        new(Client(connection, clientId))
        {
            GroupId = group,
            EnableAutoCommit = false,
            EnableAutoOffsetStore = false,
            EnablePartitionEof = true,
            FetchWaitMaxMs = (int)FetchWait.TotalMilliseconds,
            QueuedMaxMessagesKbytes = PrefetchKilobytes,
            QueuedMinMessages = PrefetchRecords,
            MaxPartitionFetchBytes = FetchBytes,
            FetchQueueBackoffMs = (int)FetchRest.TotalMilliseconds,
            TopicMetadataPropagationMaxMs = (int)TopicsInterval.TotalMilliseconds,
            ConsumeResultFields = $"timestamp{(namesTopic ? ",topic" : string.Empty)}{(hasHeaders ? ",headers" : string.Empty)}",
        };
}
