namespace StockPipeline.Polygon;

/// <summary>Why polygon.io did not answer.</summary>
public enum PolygonFailure
{
    /// <summary>The key is unknown: nothing will work until it is another one.</summary>
    KeyRefused,

    /// <summary>The plan does not have it.</summary>
    NotInPlan,

    NotFound,

    /// <summary>The request itself is wrong, which is our mistake.</summary>
    BadRequest,

    /// <summary>Too many requests, an outage, or an answer that is none: worth another try.</summary>
    Unavailable,
}
