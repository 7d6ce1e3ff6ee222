namespace StockPipeline.Testing.Soak;

/// <summary>What a soak came to.</summary>
public sealed record SoakOutcome
{
    public required long Acknowledged { get; init; }

    /// <summary>Records in the topic: those acknowledged, and those whose producer died before it could know.</summary>
    public required long Written { get; init; }

    public required int BrokerDeaths { get; init; }

    public required int ProducerDeaths { get; init; }

    public required int ConsumerDeaths { get; init; }

    /// <summary>From the start of the broker's process until it served, the longest of all.</summary>
    public required TimeSpan SlowestStart { get; init; }

    /// <summary>Every broken promise, one a line; the first ones where there are many.</summary>
    public required IReadOnlyList<string> Faults { get; init; }
}
