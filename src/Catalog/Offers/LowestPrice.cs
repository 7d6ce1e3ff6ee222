namespace StockPipeline.Catalog.Offers;

/// <summary>A price from a moment on; without an amount the product could not be bought.</summary>
public readonly record struct PricePoint(DateTimeOffset At, decimal? Price);

/// <summary>The lowest price of the thirty days before a price was cut, which is what a cut is to be compared with.</summary>
public static class LowestPrice
{
    public static readonly TimeSpan Window = TimeSpan.FromDays(30);

    /// <summary>Null where nothing was asked in those days.</summary>
    /// <param name="history">In the order of time; each holds until the next.</param>
    /// <param name="now">Up to here; where the last change was a cut, the days before that cut count, else those before now.</param>
    public static decimal? Of(IReadOnlyList<PricePoint> history, DateTimeOffset now)
    {
        var end = now;
        for (var i = history.Count - 1; i > 0; i--)
        {
            if (history[i].Price == history[i - 1].Price)
                continue;
            if (history[i].Price < history[i - 1].Price)
                end = history[i].At;
            break;
        }
        var start = end - Window;
        decimal? lowest = null;
        for (var i = 0; i < history.Count; i++)
        {
            var until = i + 1 < history.Count ? history[i + 1].At : DateTimeOffset.MaxValue;
            if (history[i].At >= end && end != now || history[i].At > end || until <= start)
                continue;
            if (history[i].Price is { } price && (lowest is null || price < lowest))
                lowest = price;
        }
        return lowest;
    }
}
