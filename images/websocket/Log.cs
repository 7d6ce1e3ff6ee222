using System.Net;
using StockPipeline.Contracts.Time;
using StockPipeline.Fanout.Protocol;

namespace StockPipeline.Websocket;

/// <summary>Everything the broadcaster says in its log.</summary>
internal static partial class Log
{
    [LoggerMessage(8000, LogLevel.Information, "websockets and page on {Address} port {Port}, {Interval}")]
    public static partial void Listening(ILogger logger, IPAddress address, int port, Interval interval);

    [LoggerMessage(8001, LogLevel.Debug, "client {Connection} joined {Path}")]
    public static partial void ClientJoined(ILogger logger, string connection, string path);

    [LoggerMessage(8002, LogLevel.Debug, "client {Connection} left: {Code}")]
    public static partial void ClientLeft(ILogger logger, string connection, CloseCode? code);
}
