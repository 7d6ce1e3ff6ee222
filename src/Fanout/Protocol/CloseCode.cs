namespace StockPipeline.Fanout.Protocol;

/// <summary>Why a connection ends. The numbers go over the wire and stand in the documentation.</summary>
public enum CloseCode
{
    /// <summary>The client asked for it.</summary>
    Normal = 1000,

    /// <summary>The service stops; connect again.</summary>
    GoingAway = 1001,

    /// <summary>The client broke the protocol.</summary>
    ProtocolError = 1002,

    /// <summary>The client sent what no client has to send.</summary>
    Unsupported = 1003,

    /// <summary>The client sent a text that is not UTF-8.</summary>
    InvalidText = 1007,

    /// <summary>The client sent a message beyond the limit.</summary>
    TooBig = 1009,

    /// <summary>The client took nothing for too long; connect again.</summary>
    TooSlow = 4008,

    /// <summary>The client did not answer pings.</summary>
    Silent = 4009,

    /// <summary>The instrument is no longer followed.</summary>
    InstrumentRemoved = 4010,
}
