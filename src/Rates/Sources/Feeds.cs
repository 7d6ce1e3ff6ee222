namespace StockPipeline.Rates.Sources;

/// <summary>Names of feeds that mean more than one.</summary>
public static class Feeds
{
    /// <summary>Whatever is said holds for all feeds of the connection.</summary>
    public const string All = "";
}
