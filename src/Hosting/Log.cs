namespace StockPipeline.Hosting;

internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Information, "{Service} starts with {Settings}")]
    public static partial void Starts(ILogger log, string service, string settings);

    [LoggerMessage(2, LogLevel.Information, "health and metrics on port {Port}")]
    public static partial void StatusPort(ILogger log, int port);

    [LoggerMessage(3, LogLevel.Information, "stop was asked for")]
    public static partial void StopAsked(ILogger log);

    [LoggerMessage(4, LogLevel.Information, "stopped")]
    public static partial void Stopped(ILogger log);

    [LoggerMessage(5, LogLevel.Critical, "{Service} failed")]
    public static partial void Failed(ILogger log, Exception failure, string service);

    [LoggerMessage(6, LogLevel.Critical, "{Service} has not stopped within STOP_TIMEOUT")]
    public static partial void StopOverran(ILogger log, string service);

    [LoggerMessage(7, LogLevel.Information, "{Service} is ready")]
    public static partial void Ready(ILogger log, string service);

    [LoggerMessage(8, LogLevel.Warning, "{Loop}: {Reason}; failure {Failures} in a row, next try in {Pause}")]
    public static partial void LoopFailed(ILogger log, Exception failure, string loop, string reason, int failures, TimeSpan pause);

    [LoggerMessage(10, LogLevel.Information, "{Program} runs on {Parts}")]
    public static partial void Runs(ILogger log, string program, string parts);

    [LoggerMessage(9, LogLevel.Information, "{Loop} works again after {Failures} failures")]
    public static partial void LoopRecovered(ILogger log, string loop, int failures);
}
