namespace StockPipeline.Live;

/// <summary>What to hear.</summary>
/// <param name="Stream">candles, macd, another stream of values, board, or tasks: those of whoever asks.</param>
/// <param name="Interval">Such as 1-min; nothing for tasks.</param>
/// <param name="Figi">A FIGI, a ticker, or * for every instrument; nothing for a board.</param>
/// <param name="Last">Rows to begin with; the gateway's own number where it is not said.</param>
public sealed record LiveRequest(string Stream, string Interval = "", string? Figi = null, int? Last = null);
