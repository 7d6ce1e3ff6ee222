using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Rates;
using StockPipeline.Contracts.Records;

namespace StockPipeline.Gateway.Feed;

/// <summary>Pairs of currencies in the form of instruments: one for each source, whose candles stand under <see cref="RateFigi"/>.</summary>
internal static class PairInstruments
{
    /// <summary>Digits that a price is shown with, from its first one on.</summary>
    private const int Digits = 7;

    private const int MostDecimals = 9;

    private const int LeastDecimals = 2;

    /// <summary>The pair under that FIGI, or of that name: <c>bitcoin-usdt@binance</c>. Null where no source prices it.</summary>
    public static Instrument? Find(IEnumerable<Rate> rates, string name) =>
        rates.FirstOrDefault(rate => RateFigi.Of(rate.Pair, rate.Source).Value == name
            || NameOf(rate).Equals(name, StringComparison.OrdinalIgnoreCase)) is { } found ? Of(found) : null;

    public static Instrument Of(Rate rate) => new()
    {
        Figi = RateFigi.Of(rate.Pair, rate.Source), Ticker = NameOf(rate), ClassCode = "", Uid = "", Name = rate.Pair.ToString(),
        Currency = rate.Pair.Quote, Lot = 1, MinPriceIncrement = StepOf(rate.Price), Exchange = rate.Source, Weekend = true,
    };

    private static string NameOf(Rate rate) => $"{rate.Pair}@{rate.Source}";

    private static Price StepOf(decimal price)
    {
        var whole = (int)Math.Floor(Math.Log10((double)price)) + 1;
        var (step, decimals) = (1m, Math.Clamp(Digits - whole, LeastDecimals, MostDecimals));
        for (var place = 0; place < decimals; place++)
            step /= 10;
        return Price.FromDecimal(step);
    }
}
