namespace StockPipeline.CatalogCollector;

/// <summary>What the collector says; event ids from 8100.</summary>
internal static partial class Log
{
    [LoggerMessage(8101, LogLevel.Warning, "{Partner}: item {Place} of the listing cannot be read: {Reason}")]
    public static partial void ItemRefused(ILogger log, string partner, int place, string reason);

    [LoggerMessage(8102, LogLevel.Warning, "{Partner}: nobody has mapped '{Name}'; it is kept as {Code}")]
    public static partial void Unmapped(ILogger log, string partner, string name, string code);

    [LoggerMessage(8103, LogLevel.Warning, "{Partner}: the numbers for unmapped attributes are used up; '{Name}' is left out")]
    public static partial void AttributeRefused(ILogger log, string partner, string name);

    [LoggerMessage(8104, LogLevel.Warning, "{Partner}: {Count} items stand in the listing more than once; the first of each counts")]
    public static partial void Repeated(ILogger log, string partner, int count);

    [LoggerMessage(8105, LogLevel.Information, "{Partner}: {Product} is called otherwise now, and is gone under this name")]
    public static partial void Renamed(ILogger log, string partner, string product);

    [LoggerMessage(8106, LogLevel.Information, "{Partner}: {Count} products were missing in three complete listings and are gone")]
    public static partial void Dropped(ILogger log, string partner, int count);

    [LoggerMessage(8107, LogLevel.Warning,
        "{Partner}: the price of {Product} leaps from {From} to {To}; it is held until the partner has insisted on it")]
    public static partial void PriceLeaps(ILogger log, string partner, string product, decimal? from, decimal to);

    [LoggerMessage(8110, LogLevel.Warning, "{Partner}: {Count} prices of one listing leap and are held: it may be told in another unit")]
    public static partial void PricesLeap(ILogger log, string partner, int count);

    [LoggerMessage(8111, LogLevel.Information, "{Partner}: the price {Price} of {Product} is believed now")]
    public static partial void PriceBelieved(ILogger log, string partner, string product, decimal price);

    [LoggerMessage(8108, LogLevel.Warning, "{Partner} is {State}: {Reason}; next try in {Pause}")]
    public static partial void Away(ILogger log, string partner, string state, string reason, TimeSpan pause);

    [LoggerMessage(8109, LogLevel.Information, "{Partner}: {Products} products listed, {Published} records published")]
    public static partial void Collected(ILogger log, string partner, int products, int published);
}
