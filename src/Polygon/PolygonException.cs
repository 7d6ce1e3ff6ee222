namespace StockPipeline.Polygon;

/// <summary>polygon.io refused, or could not be reached.</summary>
public sealed class PolygonException : Exception
{
    public PolygonException(PolygonFailure failure, string message, Exception? inner = null) : base(message, inner) => Failure = failure;

    public PolygonException() => Failure = PolygonFailure.Unavailable;

    public PolygonException(string message) : base(message) => Failure = PolygonFailure.Unavailable;

    public PolygonException(string message, Exception inner) : base(message, inner) => Failure = PolygonFailure.Unavailable;

    public PolygonFailure Failure { get; }

    /// <summary>How long it asks to be left alone; null where it does not say.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Trying again may help.</summary>
    public bool IsTransient => Failure == PolygonFailure.Unavailable;
}
