namespace StockPipeline.Simulator.Streaming;

/// <summary>Why a candle is told.</summary>
internal enum CandleUpdate
{
    /// <summary>Its interval is still open.</summary>
    Forming,

    /// <summary>Its interval has just ended.</summary>
    Closing,

    /// <summary>It changed after its end.</summary>
    Correction,
}
