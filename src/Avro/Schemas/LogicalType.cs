namespace StockPipeline.Avro.Schemas;

/// <summary>What the bytes of a type mean beyond the type: <c>decimal</c>, <c>timestamp-millis</c>, <c>date</c>, <c>uuid</c> and so on.</summary>
/// <param name="Name">As Avro names it.</param>
/// <param name="Precision">Digits of a decimal, otherwise 0.</param>
/// <param name="Scale">Digits of a decimal after the point, otherwise 0.</param>
public sealed record LogicalType(string Name, int Precision = 0, int Scale = 0)
{
    public const string DecimalName = "decimal";

    public bool IsDecimal => Name == DecimalName;

    /// <summary>Ticks in a second of a time or an instant; null for everything else.</summary>
    public long? TicksPerSecond => Name switch
    {
        "timestamp-millis" or "local-timestamp-millis" or "time-millis" => 1_000,
        "timestamp-micros" or "local-timestamp-micros" or "time-micros" => 1_000_000,
        "timestamp-nanos" or "local-timestamp-nanos" => 1_000_000_000,
        _ => null,
    };

    /// <summary>What the type means apart from its unit: two instants differ only in their ticks, an instant and a date in what they are.</summary>
    public string Meaning => TicksPerSecond is null ? Name : Name[..Name.LastIndexOf('-')];
}
