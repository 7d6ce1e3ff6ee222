using System.Net;

namespace StockPipeline.Gateway;

/// <summary>Everything the gateway says in its log.</summary>
internal static partial class Log
{
    [LoggerMessage(8500, LogLevel.Information, "page, REST and sockets on {Address} port {Port}")]
    public static partial void Listening(ILogger logger, IPAddress address, int port);

    [LoggerMessage(8501, LogLevel.Information, "everything there was is read: {Instruments} instruments, {Rows} rows")]
    public static partial void CaughtUp(ILogger logger, int instruments, int rows);

    [LoggerMessage(8502, LogLevel.Warning, "the database does not answer, so accounts and watchlists are waited for: {Reason}")]
    public static partial void DatabaseUnreachable(ILogger logger, string reason);

    [LoggerMessage(8503, LogLevel.Debug, "socket {Connection} left: {Code}")]
    public static partial void SocketLeft(ILogger logger, string connection, Fanout.Protocol.CloseCode? code);
}
