namespace StockPipeline.SchemaRegistryServer;

internal static partial class Log
{
    [LoggerMessage(7101, LogLevel.Information, "serving {Schemas} versions on port {Port}")]
    public static partial void Serving(ILogger log, int schemas, int port);

    [LoggerMessage(7102, LogLevel.Information, "{Subject} version {Version} is registered with id {Id}")]
    public static partial void Registered(ILogger log, string subject, int version, int id);

    [LoggerMessage(7103, LogLevel.Warning, "an entry of the log is ignored, key {Key}: {Reason}")]
    public static partial void EntryIgnored(ILogger log, string key, string reason);

    [LoggerMessage(7104, LogLevel.Error, "id {Id} stands for two schemas, of {First} and of {Second}: two registries write the same topic")]
    public static partial void IdGivenTwice(ILogger log, int id, string first, string second);

    [LoggerMessage(7105, LogLevel.Error, "{Method} {Path} failed")]
    public static partial void RequestFailed(ILogger log, Exception error, string method, string path);
}
