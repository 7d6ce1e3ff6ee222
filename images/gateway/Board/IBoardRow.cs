using StockPipeline.Contracts.Instruments;
using StockPipeline.Gateway.Series;

namespace StockPipeline.Gateway.Board;

/// <summary>Says what a board holds of one instrument.</summary>
internal interface IBoardRow
{
    /// <summary>The columns of a row, in order; the first one is the FIGI.</summary>
    IReadOnlyList<string> Columns { get; }

    /// <summary>Where a change may change a row.</summary>
    IReadOnlyList<SeriesTopic> Topics { get; }

    /// <returns>A JSON array; nothing where there is nothing to say.</returns>
    string? Of(Figi figi, DateTimeOffset now);
}
