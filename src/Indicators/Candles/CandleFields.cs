namespace StockPipeline.Indicators.Candles;

/// <summary>What of a candle indicators look at, beside its open time and its close: what nobody looks at is not kept.</summary>
[Flags]
public enum CandleFields
{
    Close = 0,
    HighLow = 1,
    Open = 2,
    Volume = 4,

    /// <summary>When the session began that the candle belongs to.</summary>
    Session = 8,

    All = HighLow | Open | Volume | Session,
}
