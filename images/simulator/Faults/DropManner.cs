namespace StockPipeline.Simulator.Faults;

/// <summary>How a stream is dropped. JSON writes the names as <c>go-away</c>.</summary>
public enum DropManner
{
    /// <summary>The call ends with a status, as at a server that has the time.</summary>
    Status,

    /// <summary>The call is reset; the connection and its other calls go on.</summary>
    Reset,

    /// <summary>The server takes leave of the whole connection and resets the call.</summary>
    GoAway,

    /// <summary>The connection is cut without a word, with all its calls.</summary>
    Abort,
}
