using StockPipeline.Broker.Protocol;

namespace StockPipeline.Broker.Topics;

/// <summary>Kafka's rules for topic names.</summary>
internal static class TopicName
{
    public const int MaxLength = 249;

    /// <summary>Names Apache Kafka keeps its own state under; here that state is not exposed as topics, and nobody may take the names.</summary>
    private static readonly string[] Reserved = ["__consumer_offsets", "__transaction_state"];

    public static void Check(string name)
    {
        if (name.Length == 0 || name is "." or ".." || name.Length > MaxLength || !name.All(IsLegal))
        {
            throw new RefusedException(ErrorCode.InvalidTopic,
                $"The topic name is not legal: at most {MaxLength} of ASCII letters, digits, '.', '_' and '-', and neither '.' nor '..'.");
        }
        if (Reserved.Contains(name))
            throw new RefusedException(ErrorCode.InvalidTopic, $"The topic name {name} is reserved.");
    }

    /// <summary>Names that differ only in '.' and '_' would share the names of metrics in Kafka, so it refuses the second.</summary>
    public static string Collision(string name) => name.Replace('.', '_');

    private static bool IsLegal(char character) => char.IsAsciiLetterOrDigit(character) || character is '.' or '_' or '-';
}
