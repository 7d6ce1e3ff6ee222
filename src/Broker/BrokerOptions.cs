using System.Diagnostics.CodeAnalysis;
using StockPipeline.Broker.Connections;
using StockPipeline.Broker.Groups;
using StockPipeline.Broker.Log;

namespace StockPipeline.Broker;

/// <summary>How an embedded broker is set up. The defaults suit a test: a free port on loopback, visible to this machine only.</summary>
public sealed record BrokerOptions
{
    /// <summary>Where everything is kept; created when missing, and used by one broker at a time.</summary>
    public required string DataFolder { get; init; }

    /// <summary>HOST:PORT; the host is an IP address, <c>localhost</c> (both loopback addresses) or <c>*</c>; port 0 takes a free one.</summary>
    public string Listen { get; init; } = "127.0.0.1:0";

    /// <summary>HOST or HOST:PORT that clients are told to connect to; by default where the broker listens.</summary>
    public string? Advertised { get; init; }

    public FlushPolicy Flush { get; init; } = FlushPolicy.Interval;

    /// <summary>Whether a topic comes into being by being named (auto.create.topics.enable).</summary>
    public bool AutoCreateTopics { get; init; }

    /// <summary>Partitions of a topic for which nobody says a number (num.partitions).</summary>
    public int DefaultPartitions { get; init; } = 1;

    /// <summary>The smallest segment.bytes a topic may have; Kafka's 1 MiB unless a test needs segments to roll quickly.</summary>
    public int MinSegmentBytes { get; init; } = 1_048_576;

    /// <summary>How often compaction looks for work.</summary>
    public TimeSpan CleaningInterval { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How often retention looks for segments to delete (log.retention.check.interval.ms).</summary>
    public TimeSpan RetentionInterval { get; init; } = TimeSpan.FromSeconds(30);

    public ConnectionLimits Limits { get; init; } = new();

    public GroupOptions Groups { get; init; } = new();

    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Whether <see cref="Listen"/> and <see cref="Advertised"/> can be understood and are enough for a client to find the broker.</summary>
    public bool HasUsableAddresses => TryReadAddresses(out _, out _, out _);

    internal bool TryReadAddresses([MaybeNullWhen(false)] out ListenAddress listen, out string advertisedHost, out int? advertisedPort)
    {
        (advertisedHost, advertisedPort) = (string.Empty, null);
        if (!ListenAddress.TryParse(Listen, out listen))
            return false;
        if (Advertised is not null)
            return ListenAddress.TrySplit(Advertised, out advertisedHost, out advertisedPort);
        advertisedHost = listen.Host;
        return !listen.IsEverywhere;
    }
}
