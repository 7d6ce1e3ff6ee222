using StockPipeline.Contracts.Rates;
using StockPipeline.Rates.Rows;

namespace StockPipeline.RatesService;

/// <summary>What the collector of rates says; event ids from 9300.</summary>
internal static partial class Log
{
    [LoggerMessage(9300, LogLevel.Information, "trade_info: {Rows} rows, {Feeds} rates from {Links} sources, {Refused} rows refused")]
    public static partial void RowsRead(ILogger log, int rows, int feeds, int links, int refused);

    [LoggerMessage(9301, LogLevel.Warning, "trade_info row {Row} is refused: {Problem}")]
    public static partial void RowRefused(ILogger log, long row, string problem);

    [LoggerMessage(9302, LogLevel.Warning, "trade_info cannot be read: {Reason}; the rows known before hold, next try in {Pause}")]
    public static partial void RowsUnreadable(ILogger log, string reason, TimeSpan pause);

    [LoggerMessage(9303, LogLevel.Information, "trade_info was empty: the {Rows} usual rows stand in it now")]
    public static partial void RowsMade(ILogger log, int rows);

    [LoggerMessage(9304, LogLevel.Information, "trade_info row {Row}: the stream of ether was called tether-usd; it is ethereum-usd now")]
    public static partial void RowRepaired(ILogger log, long row);

    [LoggerMessage(9305, LogLevel.Warning, "there is no DATABASE_URL: the usual rows of trade_info hold and cannot be edited")]
    public static partial void NoDatabase(ILogger log);

    [LoggerMessage(9306, LogLevel.Information, "{Key} is removed: no row asks for it")]
    public static partial void RateRemoved(ILogger log, RateKey key);

    [LoggerMessage(9310, LogLevel.Information, "{Link} is ours: {Feeds} rates")]
    public static partial void LinkTaken(ILogger log, LinkName link, int feeds);

    [LoggerMessage(9311, LogLevel.Information, "{Link} is given up: {Reason}")]
    public static partial void LinkLeft(ILogger log, LinkName link, string reason);

    [LoggerMessage(9312, LogLevel.Warning, "the database that shares out the sources is away: {Reason}; what we hold we keep")]
    public static partial void LeasesAway(ILogger log, string reason);

    [LoggerMessage(9320, LogLevel.Information, "{Link}: connected, {Feeds} rates asked for")]
    public static partial void Connected(ILogger log, LinkName link, int feeds);

    [LoggerMessage(9321, LogLevel.Warning, "{Link}: {Reason}; next try in {Pause}")]
    public static partial void LinkFailed(ILogger log, LinkName link, string reason, TimeSpan pause);

    [LoggerMessage(9322, LogLevel.Information, "{Link}: a new connection takes over: {Reason}")]
    public static partial void Replacing(ILogger log, LinkName link, string reason);

    [LoggerMessage(9323, LogLevel.Information, "{Link}: nothing of {Feed} for {Silence}; it is asked for anew")]
    public static partial void FeedSilent(ILogger log, LinkName link, string feed, TimeSpan silence);

    [LoggerMessage(9324, LogLevel.Warning, "{Link}: {Feed} is {Status}: {Reason}")]
    public static partial void FeedStatus(ILogger log, LinkName link, string feed, RateStatus status, string reason);

    [LoggerMessage(9325, LogLevel.Warning, "{Link}: refused: {Reason}")]
    public static partial void Refused(ILogger log, LinkName link, string reason);

    [LoggerMessage(9326, LogLevel.Warning, "{Link}: a message that is not understood is passed over: {Reason}")]
    public static partial void NotUnderstood(ILogger log, LinkName link, string reason);

    [LoggerMessage(9327, LogLevel.Information, "{Link} works again")]
    public static partial void LinkWorks(ILogger log, LinkName link);

    [LoggerMessage(9328, LogLevel.Debug, "{Key}: {Price} is not taken: {Verdict}")]
    public static partial void TickDropped(ILogger log, RateKey key, decimal price, Rates.Intake.TickVerdict verdict);

    [LoggerMessage(9329, LogLevel.Warning, "the record of {Key} in the topic rates is not understood: {Reason}")]
    public static partial void KeyRefused(ILogger log, string key, string reason);

    [LoggerMessage(9330, LogLevel.Warning, "rules ask for {Count} cross rates: the first {Most} are followed")]
    public static partial void CrossesLeftOut(ILogger log, int count, int most);
}
