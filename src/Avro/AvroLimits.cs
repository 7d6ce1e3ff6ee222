namespace StockPipeline.Avro;

/// <summary>How much a record or a schema may ask of its reader, whoever wrote it.</summary>
public sealed record AvroLimits
{
    public static readonly AvroLimits Default = new();

    /// <summary>Bytes of one record, as it came and after it was brought to the reader's schema.</summary>
    public int MaxRecordBytes { get; init; } = 1 << 20;

    /// <summary>Parts of one record: items of arrays and maps, and records within. Parts of no size cost nothing to write and much to read.</summary>
    public int MaxItems { get; init; } = 100_000;

    /// <summary>Records, arrays, maps and unions inside one another.</summary>
    public int MaxDepth { get; init; } = 64;

    /// <summary>Steps of a plan that brings a writer's records to the reader's schema.</summary>
    public int MaxPlanSteps { get; init; } = 20_000;

    /// <summary>Characters of a schema.</summary>
    public const int MaxSchemaLength = 1 << 20;

    /// <summary>Levels of JSON in a schema.</summary>
    public const int MaxSchemaDepth = 128;
}
