namespace StockPipeline.Contracts.Records;

/// <summary>
/// Somebody wants to ask a source that counts requests; topic <c>polygon-turns</c>, key the id. When its turn comes follows from this record and all
/// before it.
/// </summary>
/// <param name="Id">Of the turn.</param>
/// <param name="Asked">No turn comes before.</param>
/// <param name="Pause">How long nobody else's turn comes after.</param>
/// <param name="IsRest">Nobody asks: the source wants to be left alone for the pause.</param>
public sealed record RequestTurn(string Id, DateTimeOffset Asked, TimeSpan Pause, bool IsRest);
