using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Time;

namespace StockPipeline.Contracts.Records;

/// <summary>A range of candles to fetch; topic <c>history-action</c>, key <c>FIGI/interval</c>.</summary>
public sealed record HistoryTask
{
    public required Figi Figi { get; init; }

    public required Interval Interval { get; init; }

    public required DateTimeOffset From { get; init; }

    public required DateTimeOffset To { get; init; }

    public required HistoryReason Reason { get; init; }

    /// <summary>1 for the first time this range is asked for this reason.</summary>
    public required int Attempt { get; init; }

    public required Guid Id { get; init; }
}

/// <summary>Why history is asked. The numbers are the positions of the symbols in the Avro enum.</summary>
public enum HistoryReason
{
    /// <summary>Fewer candles than an indicator needs.</summary>
    Lack = 0,

    /// <summary>A hole in the candles.</summary>
    Gap = 1,

    /// <summary>Published candles are compared with the reference again; what is known already is fetched anew.</summary>
    Audit = 2,

    /// <summary>An ingester or a user asks.</summary>
    Request = 3,
}
