namespace StockPipeline.Broker.Storage;

/// <summary>What journals log: event ids 2190 to 2199.</summary>
internal static partial class StorageEvents
{
    [LoggerMessage(
        2190, LogLevel.Warning, "The journal {Path} had a torn tail of {CutBytes} bytes, cut off, and {DamagedFrames} damaged frames, skipped")]
    public static partial void JournalRepaired(this ILogger logger, string path, int cutBytes, int damagedFrames);

    [LoggerMessage(
        2191, LogLevel.Warning, "The journal {Path} could not be replaced by a smaller one; that is tried again when it is twice as large")]
    public static partial void JournalNotReplaced(this ILogger logger, string path, Exception failure);
}
