namespace StockPipeline.Gateway.People;

/// <summary>A list of instruments somebody keeps an eye on.</summary>
internal sealed record Watchlist(string Name, IReadOnlyList<string> Figis, long Version);
