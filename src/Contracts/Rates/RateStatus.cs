namespace StockPipeline.Contracts.Rates;

/// <summary>What the source says of a pair. The numbers are the positions of the symbols in the Avro enum.</summary>
public enum RateStatus
{
    /// <summary>Traded; whether the price is fresh, its age tells.</summary>
    Live = 0,

    /// <summary>The source is not reached: the price is the last one known.</summary>
    Silent = 1,

    /// <summary>The source has stopped the trading.</summary>
    Halted = 2,

    /// <summary>The source does not have it any more.</summary>
    Gone = 3,
}
