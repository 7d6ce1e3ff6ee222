namespace StockPipeline.Polygon.Live;

/// <summary>A minute as the websocket gives it when it is over, and again when a late trade corrects it.</summary>
public sealed record MinuteEvent(string Ticker, long StartMs, decimal Open, decimal High, decimal Low, decimal Close, decimal Volume);
