namespace StockPipeline.Contracts.Rates;

/// <summary>What a price is. The numbers are the positions of the symbols in the Avro enum.</summary>
public enum RateKind
{
    /// <summary>Of the last trade.</summary>
    Trade = 0,

    /// <summary>The middle between the best bid and the best ask.</summary>
    Book = 1,

    /// <summary>An average over many markets.</summary>
    Average = 2,
}
