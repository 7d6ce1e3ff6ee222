namespace StockPipeline.Streaming.DeadLetters;

/// <summary>Names the headers of a dead letter; all are UTF-8 text.</summary>
public static class DeadLetterHeaders
{
    public const string Topic = "origin-topic";

    public const string Partition = "origin-partition";

    public const string Offset = "origin-offset";

    public const string Timestamp = "origin-timestamp";

    /// <summary>How long the value was; there only where the letter holds no more than its beginning.</summary>
    public const string ValueBytes = "origin-value-bytes";

    /// <summary>How long the key was; there only where the letter holds no more than its beginning.</summary>
    public const string KeyBytes = "origin-key-bytes";

    public const string Error = "error";

    public const string ErrorType = "error-type";

    public const string Service = "service";

    /// <summary>On a record that was put back from the dead letters: the offset of its letter.</summary>
    public const string ReplayedFrom = "replayed-from";
}
