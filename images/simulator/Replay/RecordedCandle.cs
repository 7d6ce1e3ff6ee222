namespace StockPipeline.Simulator.Replay;

/// <summary>
/// One state of a minute's candle that was recorded, prices in billionths. AtMs tells when it was heard of; a candle from history, at the end
/// of its minute.
/// </summary>
internal readonly record struct RecordedCandle(long AtMs, long Open, long High, long Low, long Close, long Volume);
