namespace StockPipeline.Streaming.DeadLetters;

/// <summary>The headers of a dead letter; all are UTF-8 text.</summary>
public static class DeadLetterHeaders
{
    public const string Topic = "origin-topic";

    public const string Partition = "origin-partition";

    public const string Offset = "origin-offset";

    public const string Timestamp = "origin-timestamp";

    public const string Error = "error";

    public const string ErrorType = "error-type";

    public const string Service = "service";
}
