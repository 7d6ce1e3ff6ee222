using StockPipeline.Websocket.Protocol;

namespace StockPipeline.Websocket;

/// <summary>Everything the broadcaster says in its log.</summary>
internal static partial class Log
{
    [LoggerMessage(8001, LogLevel.Debug, "client {Connection} joined {Path}")]
    public static partial void ClientJoined(ILogger logger, string connection, string path);

    [LoggerMessage(8002, LogLevel.Debug, "client {Connection} left: {Code}")]
    public static partial void ClientLeft(ILogger logger, string connection, CloseCode? code);
}
