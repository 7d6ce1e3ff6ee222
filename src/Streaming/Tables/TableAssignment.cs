namespace StockPipeline.Streaming.Tables;

/// <summary>Which partitions a table reader reads.</summary>
public sealed record TableAssignment
{
    private TableAssignment()
    {
    }

    /// <summary>Every partition, for everyone who asks.</summary>
    public static TableAssignment All { get; } = new();

    /// <summary>The group that shares the partitions out among its members; null where they are fixed.</summary>
    internal string? GroupId { get; private init; }

    /// <summary>The fixed partitions; null for all.</summary>
    internal IReadOnlyList<int>? Numbers { get; private init; }

    /// <summary>These partitions, whoever else reads them.</summary>
    public static TableAssignment Of(params int[] partitions) => new() { Numbers = [.. partitions.Distinct()] };

    /// <summary>The share of one member of a group: each partition is read by one member, and moves when members come and go.</summary>
    public static TableAssignment Group(string groupId) => new() { GroupId = groupId };
}
