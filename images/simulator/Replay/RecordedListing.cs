using System.Globalization;
using StockPipeline.Contracts.Instruments;
using StockPipeline.Simulator.Market;

namespace StockPipeline.Simulator.Replay;

/// <summary>A listing as <c>shares.json</c> of a recording holds it.</summary>
internal sealed record RecordedListing(
    string Ticker, string ClassCode, string Figi, string Uid, string Isin, string Name, string Currency, int Lot, string MinPriceIncrement,
    string Exchange)
{
    public static RecordedListing Of(Listing listing) => new(
        listing.Ticker, listing.ClassCode, listing.Figi.Value, listing.Uid, listing.Isin, listing.Name, listing.Currency, listing.Lot,
        listing.MinPriceIncrement.ToString(), listing.Exchange);

    /// <param name="since">The first date recorded.</param>
    public Listing ToListing(DateOnly since) => new()
    {
        Ticker = Ticker,
        ClassCode = ClassCode,
        Figi = new Figi(Figi),
        Uid = Uid,
        Isin = Isin,
        Name = Name,
        Currency = Currency,
        Lot = Lot,
        MinPriceIncrement = Price.FromDecimal(decimal.Parse(MinPriceIncrement, CultureInfo.InvariantCulture)),
        Exchange = Exchange,
        Since = since,
        ApiTradeAvailable = true,
        // What only a made-up market needs.
        TypicalPrice = Price.FromNanos(Price.One),
        TradesPerMinute = 0,
    };
}
