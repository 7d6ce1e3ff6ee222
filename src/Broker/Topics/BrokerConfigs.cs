using System.Globalization;

namespace StockPipeline.Broker.Topics;

/// <summary>The broker's own settings under the names Kafka's tools know; read-only, set where the broker is started.</summary>
internal static class BrokerConfigs
{
    public static (string Name, string Value, ConfigType Type)[] Of(BrokerOptions options) =>
    [
        ("auto.create.topics.enable", options.AutoCreateTopics ? "true" : "false", ConfigType.Boolean),
        ("connections.max.idle.ms", Text((long)options.Limits.Idle.TotalMilliseconds), ConfigType.Long),
        ("default.replication.factor", "1", ConfigType.Int),
        ("listeners", $"PLAINTEXT://{options.Listen}", ConfigType.Text),
        ("log.dirs", Path.GetFullPath(options.DataFolder), ConfigType.Text),
        ("max.connections", Text(options.Limits.MaxConnections), ConfigType.Int),
        ("node.id", "1", ConfigType.Int),
        ("num.partitions", Text(options.DefaultPartitions), ConfigType.Int),
        ("socket.request.max.bytes", Text(options.Limits.MaxFrameBytes), ConfigType.Int),
    ];

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);
}
