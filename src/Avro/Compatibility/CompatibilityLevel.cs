namespace StockPipeline.Avro.Compatibility;

/// <summary>Which of a subject's schemas must be able to read the others' records.</summary>
public enum CompatibilityLevel
{
    /// <summary>None need to.</summary>
    None,

    /// <summary>The new schema reads what the latest wrote.</summary>
    Backward,

    /// <summary>The new schema reads what all before it wrote.</summary>
    BackwardTransitive,

    /// <summary>The latest schema reads what the new one writes.</summary>
    Forward,

    /// <summary>All before it read what the new one writes.</summary>
    ForwardTransitive,

    /// <summary>The new schema and the latest read each other.</summary>
    Full,

    /// <summary>The new schema and all before it read each other.</summary>
    FullTransitive,
}
