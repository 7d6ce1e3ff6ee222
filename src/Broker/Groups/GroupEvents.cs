namespace StockPipeline.Broker.Groups;

/// <summary>What the groups log: event ids 2150 to 2159.</summary>
internal static partial class GroupEvents
{
    [LoggerMessage(2151, LogLevel.Error, "The disk refuses to keep group {Group}; its clients are told to try again")]
    public static partial void GroupNotSaved(this ILogger logger, string group, Exception failure);

    [LoggerMessage(2153, LogLevel.Information, "Group {Group} begins generation {Generation} with {Members} members and {Protocol}")]
    public static partial void GroupRebalanced(this ILogger logger, string group, int generation, int members, string protocol);

    [LoggerMessage(2154, LogLevel.Information, "Group {Group} is empty since generation {Generation}")]
    public static partial void GroupEmpty(this ILogger logger, string group, int generation);

    [LoggerMessage(2155, LogLevel.Information, "Member {Member} of group {Group} did not show up in time in generation {Generation}")]
    public static partial void MemberExpired(this ILogger logger, string group, string member, int generation);

    [LoggerMessage(
        2156, LogLevel.Error, "The disk refuses to flush the group journal; a power loss may cost what was committed since the last flush")]
    public static partial void GroupJournalNotFlushed(this ILogger logger, Exception failure);
}
