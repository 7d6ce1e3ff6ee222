using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;

namespace StockPipeline.History;

/// <summary>A piece of a range, as much as is held in memory at once.</summary>
/// <param name="Proven">What is known now, from the start of the range on; may reach past its end.</param>
/// <param name="Candles">All candles that open in it.</param>
/// <param name="Withdrawn">Candles that had been fetched before and that the exchange does not have any more.</param>
/// <param name="IsFetched">The exchange was asked.</param>
/// <param name="IsLast">What follows is not certain yet.</param>
internal sealed record FetchedPage(
    TimeRange Proven, IReadOnlyList<Candle> Candles, IReadOnlyList<DateTimeOffset> Withdrawn, bool IsFetched, bool IsLast);
