namespace StockPipeline.TelegramService;

/// <summary>What the bot says. Never what people write, nor the token.</summary>
internal static partial class Log
{
    [LoggerMessage(19101, LogLevel.Information, "This is the bot now: {Name}")]
    public static partial void Leading(ILogger logger, string name);

    [LoggerMessage(19102, LogLevel.Information, "Somebody else is the bot now")]
    public static partial void Following(ILogger logger);

    [LoggerMessage(19103, LogLevel.Warning, "Somebody else polls with the same token (409); trying again")]
    public static partial void OtherPoller(ILogger logger);

    [LoggerMessage(19104, LogLevel.Warning, "Telegram does not answer a poll: {Reason}")]
    public static partial void PollLost(ILogger logger, string reason);

    [LoggerMessage(19105, LogLevel.Error, "Update {Number} could not be handled")]
    public static partial void UpdateFailed(ILogger logger, int number, Exception reason);

    [LoggerMessage(19106, LogLevel.Information, "Chat {Chat} is closed: {Reason}")]
    public static partial void ChatClosed(ILogger logger, long chat, string reason);

    [LoggerMessage(19107, LogLevel.Warning, "A call for chat {Chat} was refused with {Status}: {Reason}")]
    public static partial void CallRefused(ILogger logger, long chat, int status, string reason);

    [LoggerMessage(19108, LogLevel.Warning, "A call for chat {Chat} was lost and is made again: {Reason}")]
    public static partial void CallLost(ILogger logger, long chat, string reason);

    [LoggerMessage(19109, LogLevel.Warning, "Too much waits for chat {Chat}; what came last is left out")]
    public static partial void QueueFull(ILogger logger, long chat);
}
