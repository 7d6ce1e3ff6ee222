namespace StockPipeline.Tasks;

/// <summary>A task cannot be done, for a reason its asker can understand; trying again would not help.</summary>
public sealed class TaskFailedException : Exception
{
    public TaskFailedException(string code, string message) : base(message) => Code = code;

    public TaskFailedException() => Code = "failed";

    public TaskFailedException(string message) : base(message) => Code = "failed";

    public TaskFailedException(string message, Exception inner) : base(message, inner) => Code = "failed";

    /// <summary>One short word.</summary>
    public string Code { get; }
}
