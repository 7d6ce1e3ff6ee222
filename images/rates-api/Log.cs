using System.Net;

namespace StockPipeline.RatesApi;

/// <summary>What the API of rates says; event ids from 9400.</summary>
internal static partial class Log
{
    [LoggerMessage(9400, LogLevel.Information, "rates are served on {Address}:{Port}")]
    public static partial void Listening(ILogger log, IPAddress address, int port);
}
