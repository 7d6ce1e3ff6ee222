using StockPipeline.Fanout.Protocol;

namespace StockPipeline.Gateway.Live;

/// <summary>Close codes that only this socket has, beside those of every websocket here.</summary>
internal static class LiveCode
{
    /// <summary>The session is over; log in again.</summary>
    public const CloseCode SessionOver = (CloseCode)4003;

    /// <summary>A message that is not understood.</summary>
    public const CloseCode BadMessage = (CloseCode)4004;

    /// <summary>Nothing was subscribed to in time.</summary>
    public const CloseCode NoHello = (CloseCode)4007;

    /// <summary>Too many commands.</summary>
    public const CloseCode TooFast = (CloseCode)4013;
}
