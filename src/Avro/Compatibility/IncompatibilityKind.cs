namespace StockPipeline.Avro.Compatibility;

/// <summary>Why one schema cannot read what another wrote.</summary>
public enum IncompatibilityKind
{
    /// <summary>Types that no promotion connects.</summary>
    TypeMismatch,

    /// <summary>Named types of different names, and no alias.</summary>
    NameMismatch,

    /// <summary>Fixed of different sizes.</summary>
    FixedSizeMismatch,

    /// <summary>Symbols of the writer that the reader has none of, nor a default for.</summary>
    MissingEnumSymbols,

    /// <summary>A field of the reader that the writer does not write and that has no default.</summary>
    ReaderFieldMissingDefaultValue,

    /// <summary>A branch of the writer's union that the reader's has none for.</summary>
    MissingUnionBranch,

    /// <summary>Deeper than is looked.</summary>
    TooDeep,
}
