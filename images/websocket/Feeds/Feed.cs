using StockPipeline.Fanout.Broadcasting;

namespace StockPipeline.Websocket.Feeds;

/// <summary>One stream of frames that clients can join.</summary>
/// <param name="Broadcaster">Sends them.</param>
/// <param name="Limits">Its bounds.</param>
/// <param name="Mark">Makes the frame between snapshot and live from the number of frames before it.</param>
public sealed record Feed(Broadcaster Broadcaster, FanoutLimits Limits, Func<int, byte[]> Mark);
