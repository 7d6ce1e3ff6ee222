namespace StockPipeline.Simulator.Faults;

/// <summary>What can go wrong on purpose. JSON writes the names as <c>drop-stream</c>.</summary>
public enum FaultKind
{
    /// <summary>The stream ends, in the <see cref="FaultRule.Manner"/> of the rule. Asked once for each stream and market second.</summary>
    DropStream,

    /// <summary>The stream stays open and says nothing for <see cref="FaultRule.Lasting"/>; what was to be said is lost. Asked as a drop.</summary>
    MuteStream,

    /// <summary>A candle message is never sent. Asked for each message, as are all faults of candles.</summary>
    LoseCandle,

    /// <summary>A candle message comes <see cref="FaultRule.Lasting"/> later, and with it the rest of its instrument.</summary>
    DelayCandle,

    /// <summary>A candle message comes a random part of <see cref="FaultRule.Lasting"/> later; those of one candle keep their order.</summary>
    ReorderCandle,

    /// <summary>A candle message comes twice.</summary>
    DuplicateCandle,

    /// <summary>The closing message is wrong and is corrected after <see cref="FaultRule.Lasting"/>. Asked for each closing message.</summary>
    CorrectLate,

    /// <summary>A frame that is no frame, or a message that is no message, instead of a message of a stream or the reply of a call.</summary>
    MalformedFrame,

    /// <summary>A call or the opening of a stream is refused: throttled. Asked for each call, as are the following.</summary>
    ResourceExhausted,

    Unavailable,

    Unauthenticated,

    InternalError,

    /// <summary>The token lacks the right.</summary>
    PermissionDenied,

    /// <summary>A proxy in between answers with a page of its own and 403, in no gRPC.</summary>
    ProxyPage,

    /// <summary>Closed candles reach the history only <see cref="FaultRule.Lasting"/> after their end.</summary>
    LateHistory,

    /// <summary>An instrument is not traded for <see cref="FaultRule.Lasting"/>. Asked once each market second, as is a split.</summary>
    HaltInstrument,

    /// <summary>One share of an instrument becomes <see cref="FaultRule.Ratio"/>.</summary>
    SplitInstrument,
}
