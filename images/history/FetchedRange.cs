using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;

namespace StockPipeline.History;

/// <summary>What is known of a range after fetching it.</summary>
/// <param name="Proven">The part, from the start on, of which every candle there is is known.</param>
/// <param name="Candles">Those candles.</param>
/// <param name="Stretches">How many stretches the exchange had to be asked for.</param>
internal sealed record FetchedRange(TimeRange Proven, IReadOnlyList<Candle> Candles, int Stretches);
