namespace StockPipeline.Simulator.Currencies;

/// <summary>What can go wrong.</summary>
public enum WorldFaultKind
{
    /// <summary>Streams stay open and say nothing.</summary>
    Silence,

    /// <summary>The address is banned: 418.</summary>
    Ban,

    /// <summary>Too many requests: 429.</summary>
    TooMany,

    /// <summary>The place is not served: 451.</summary>
    Barred,

    /// <summary>A page of a firewall instead of JSON: 403.</summary>
    Html,

    /// <summary>A page instead of JSON, and the status says that all is well.</summary>
    HtmlAsAnswer,

    /// <summary>The exchange is out of order: 503.</summary>
    Away,

    /// <summary>Every stream is cut, and new ones too while it lasts.</summary>
    Disconnect,

    /// <summary>A pair is traded no longer.</summary>
    Delisted,

    /// <summary>Frames come late.</summary>
    Late,

    /// <summary>The server says that it is going to stop, and stops its streams ten seconds later.</summary>
    Shutdown,
}
