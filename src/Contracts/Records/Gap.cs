using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Time;

namespace StockPipeline.Contracts.Records;

/// <summary>One entry of the gap ledger; topic <c>gaps</c>, key <c>FIGI/interval/from</c>.</summary>
public sealed record Gap
{
    public required Figi Figi { get; init; }

    public required Interval Interval { get; init; }

    /// <summary>Open of the first missing slot.</summary>
    public required DateTimeOffset From { get; init; }

    /// <summary>End of the last missing slot, exclusive.</summary>
    public required DateTimeOffset To { get; init; }

    /// <summary>Slots of the calendar within that have no candle.</summary>
    public required int Missing { get; init; }

    public required GapState State { get; init; }

    public required int Attempts { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }
}
