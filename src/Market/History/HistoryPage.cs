using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;

namespace StockPipeline.Market.History;

/// <summary>A piece of history: what is proven, and the candles of it.</summary>
/// <param name="Proven">
/// The span whose candles are all here: a slot in it without a candle had no trades. Ends before what is still forming or may not have
/// reached history yet; empty when nothing is certain.
/// </param>
/// <param name="Candles">Complete candles, ascending, each open once. The newest may lie past <paramref name="Proven"/>.</param>
public sealed record HistoryPage(TimeRange Proven, IReadOnlyList<Candle> Candles);
