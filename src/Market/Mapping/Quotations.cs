using StockPipeline.Contracts.Instruments;
using StockPipeline.Market.Contract;

namespace StockPipeline.Market.Mapping;

/// <summary>Prices as the API writes them and as the pipeline does.</summary>
public static class Quotations
{
    /// <exception cref="FormatException">Nothing was sent, or the parts make no price.</exception>
    public static Price ToPrice(this Quotation? quotation) => quotation is null
        ? throw new FormatException("a price is missing")
        : Price.FromUnits(quotation.Units, quotation.Nano);

    public static Quotation ToQuotation(this Price price) => new() { Units = price.Units, Nano = price.Nano };
}
