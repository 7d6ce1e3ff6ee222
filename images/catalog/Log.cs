namespace StockPipeline.CatalogApi;

/// <summary>What the catalog says; event ids from 8300.</summary>
internal static partial class Log
{
    [LoggerMessage(8301, LogLevel.Warning, "the database is away and is waited for: {Reason}")]
    public static partial void DatabaseAway(ILogger log, string reason);

    [LoggerMessage(8302, LogLevel.Information, "{Rows} rows of partition {Partition} stood in the tables and in no topic; they are removed")]
    public static partial void Swept(ILogger log, int partition, int rows);

    [LoggerMessage(8303, LogLevel.Information, "the catalog is served at {Url}")]
    public static partial void Serving(ILogger log, Uri url);

    [LoggerMessage(8304, LogLevel.Error, "{Method} {Path} failed")]
    public static partial void RequestFailed(ILogger log, Exception failure, string method, string path);
}
