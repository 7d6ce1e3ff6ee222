using StockPipeline.Simulator.Faults;

namespace StockPipeline.Simulator;

/// <summary>What the simulator says; event ids from 5100.</summary>
internal static partial class Log
{
    [LoggerMessage(5100, LogLevel.Information,
        "The simulated market is open: {endpoint}, control {control}, market time {now:O}, speed {speed}, {listings} listings")]
    public static partial void Started(ILogger log, Uri endpoint, Uri control, DateTimeOffset now, double speed, int listings);

    [LoggerMessage(5101, LogLevel.Information, "Fault {kind} strikes {subject} at {at:O}")]
    public static partial void FaultStruck(ILogger log, FaultKind kind, string subject, DateTimeOffset at);

    [LoggerMessage(5102, LogLevel.Information, "Stream {stream} opened")]
    public static partial void StreamOpened(ILogger log, string stream);

    [LoggerMessage(5103, LogLevel.Information, "Stream {stream} ended: {reason}")]
    public static partial void StreamEnded(ILogger log, string stream, string reason);

    [LoggerMessage(5104, LogLevel.Debug, "{method} refused: {status}")]
    public static partial void CallRefused(ILogger log, string method, string status);

    [LoggerMessage(5105, LogLevel.Error, "{method} failed")]
    public static partial void CallFailed(ILogger log, string method, Exception error);

    [LoggerMessage(5106, LogLevel.Information, "{count} fault rules hold now")]
    public static partial void FaultsSet(ILogger log, int count);

    [LoggerMessage(5107, LogLevel.Critical, "The market stands still")]
    public static partial void MarketStopped(ILogger log, Exception error);

    [LoggerMessage(5108, LogLevel.Information, "Recorded {count} candles of {ticker}")]
    public static partial void Recorded(ILogger log, int count, string ticker);

    [LoggerMessage(5110, LogLevel.Information,
        "The simulated exchanges of currencies are open: Binance {binance}, CoinGecko {coinGecko}, Kraken {kraken}")]
    public static partial void CurrenciesOpen(ILogger log, Uri binance, Uri coinGecko, Uri kraken);

    [LoggerMessage(5111, LogLevel.Information, "The simulated polygon.io is open: {endpoint}, plan {plan}")]
    public static partial void PolygonOpen(ILogger log, Uri endpoint, string plan);

    [LoggerMessage(5112, LogLevel.Information, "The simulated Bot API of Telegram is open: {endpoint}")]
    public static partial void TelegramOpen(ILogger log, Uri endpoint);

    [LoggerMessage(5109, LogLevel.Warning, "The recorded stream was interrupted: {status}; it is opened again")]
    public static partial void RecordingInterrupted(ILogger log, string status);

    [LoggerMessage(5150, LogLevel.Information, "The partners' shops are open: {endpoint}, control {control}, {products} products")]
    public static partial void PartnersOpen(ILogger log, Uri endpoint, Uri control, int products);
}
