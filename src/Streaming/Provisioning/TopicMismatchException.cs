namespace StockPipeline.Streaming.Provisioning;

/// <summary>A topic is not what the declaration says, and cannot be made so without losing what is in it.</summary>
public sealed class TopicMismatchException : Exception
{
    public TopicMismatchException(string message) : base(message)
    {
    }

    public TopicMismatchException(string message, Exception inner) : base(message, inner)
    {
    }

    public TopicMismatchException() : base("A topic is not what its declaration says.")
    {
    }

    internal static TopicMismatchException Partitions(string topic, int declared, int found) =>
        new($"Topic {topic} has {found} partitions and {declared} are declared: records of an instrument would be in different places. "
            + "Delete the topic, or create it anew with the declared number.");
}
