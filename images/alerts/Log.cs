using StockPipeline.Contracts.Alerts;

namespace StockPipeline.AlertsService;

/// <summary>What the worker of alerts says.</summary>
internal static partial class Log
{
    [LoggerMessage(7901, LogLevel.Information, "Partition {Partition} is followed, {Rules} rules")]
    public static partial void PartitionFollowed(ILogger logger, int partition, int rules);

    [LoggerMessage(7902, LogLevel.Warning, "Rule {Key} cannot be followed: {Problem}")]
    public static partial void RuleRefused(ILogger logger, string key, string problem);

    [LoggerMessage(7903, LogLevel.Debug, "{Rule} at {OpenTime}: {IsTrue}")]
    public static partial void Said(ILogger logger, AlertKey rule, DateTimeOffset openTime, bool isTrue);
}
