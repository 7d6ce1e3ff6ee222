namespace StockPipeline.Polygon;

/// <summary>What a key may do.</summary>
public enum PolygonPlan
{
    /// <summary>Five calls a minute, data of days that are over, no websocket.</summary>
    Free,

    /// <summary>No fixed limit; minutes as they close over the websocket.</summary>
    Paid,
}
