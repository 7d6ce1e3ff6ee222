using System.Diagnostics.CodeAnalysis;

namespace StockPipeline.Avro.Schemas;

/// <summary>The types of Avro.</summary>
[SuppressMessage("Naming", "CA1720", Justification = "The types bear the names Avro gives them.")]
public enum AvroType
{
    Null,
    Boolean,
    Int,
    Long,
    Float,
    Double,
    Bytes,
    String,
    Record,
    Enum,
    Fixed,
    Array,
    Map,
    Union,
}
