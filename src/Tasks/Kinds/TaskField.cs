namespace StockPipeline.Tasks.Kinds;

/// <summary>One parameter of a kind of task.</summary>
public sealed record TaskField(string Name, FieldType Type, string Description)
{
    public bool Required { get; init; }

    /// <summary>The words of a choice, or the names of the indicators that may be; none for all of them.</summary>
    public IReadOnlyList<string> Choices { get; init; } = [];

    /// <summary>What holds where it is not given, as a text; null for nothing.</summary>
    public string? Default { get; init; }

    public long Min { get; init; }

    public long Max { get; init; } = int.MaxValue;
}
