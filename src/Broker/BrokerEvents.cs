using System.Net;
using StockPipeline.Broker.Log;

namespace StockPipeline.Broker;

/// <summary>What connections (216x), topics and the life of the broker (218x) log; the log and the groups have their own numbers.</summary>
internal static partial class BrokerEvents
{
    [LoggerMessage(2161, LogLevel.Debug, "{Client} connected, {Connections} connections")]
    public static partial void Connected(this ILogger logger, EndPoint? client, int connections);

    [LoggerMessage(2162, LogLevel.Warning, "Refused {Client}: {Limit} connections are open already; said once until there is room again")]
    public static partial void ConnectionRefused(this ILogger logger, EndPoint? client, int limit);

    [LoggerMessage(2163, LogLevel.Information, "Closing the connection of {Client}: {Reason}")]
    public static partial void Malformed(this ILogger logger, EndPoint? client, string reason);

    [LoggerMessage(2164, LogLevel.Debug, "The connection of {Client} ended: {Reason}")]
    public static partial void ConnectionEnded(this ILogger logger, EndPoint? client, string reason);

    [LoggerMessage(2165, LogLevel.Error, "A request of {Client} failed; closing its connection")]
    public static partial void RequestFailed(this ILogger logger, EndPoint? client, Exception failure);

    [LoggerMessage(2166, LogLevel.Information, "Closing the connection of {Client}: nothing moved on it for {Limit}")]
    public static partial void ConnectionOverdue(this ILogger logger, EndPoint? client, TimeSpan limit);

    [LoggerMessage(2167, LogLevel.Error, "Accepting connections on {EndPoint} failed; the broker cannot be reached there any more")]
    public static partial void AcceptFailed(this ILogger logger, EndPoint endPoint, Exception failure);

    [LoggerMessage(2168, LogLevel.Information, "Not listening on {EndPoint}: {Reason}")]
    public static partial void NotListening(this ILogger logger, EndPoint endPoint, string reason);

    [LoggerMessage(2169, LogLevel.Debug, "No more connections on {EndPoint}")]
    public static partial void AcceptEnded(this ILogger logger, EndPoint endPoint);

    [LoggerMessage(2170, LogLevel.Warning, "A connection on {EndPoint} could not be accepted: {Reason}")]
    public static partial void NotAccepted(this ILogger logger, EndPoint endPoint, string reason);

    [LoggerMessage(2171, LogLevel.Warning,
        "Closing the connection of {Client}: all large requests wait for memory, which {Limit} bytes together may have, and none could go on")]
    public static partial void NoMemory(this ILogger logger, EndPoint? client, long limit);

    [LoggerMessage(2181, LogLevel.Information, "Serving Kafka on {Servers} with {Topics} topics in {DataFolder}, flush {Flush}")]
    public static partial void Started(this ILogger logger, string servers, int topics, string dataFolder, FlushPolicy flush);

    [LoggerMessage(2182, LogLevel.Information, "Created topic {Topic} with {Partitions} partitions")]
    public static partial void TopicCreated(this ILogger logger, string topic, int partitions);

    [LoggerMessage(2183, LogLevel.Information, "Deleted topic {Topic}")]
    public static partial void TopicDeleted(this ILogger logger, string topic);

    [LoggerMessage(2184, LogLevel.Information, "Stopped")]
    public static partial void Stopped(this ILogger logger);

    [LoggerMessage(2185, LogLevel.Error, "The disk refused a change of a topic")]
    public static partial void TopicChangeFailed(this ILogger logger, Exception failure);
}
