using System.Globalization;
using StockPipeline.Alerts;
using StockPipeline.Contracts.Rates;
using StockPipeline.Contracts.Time;
using StockPipeline.Rates.Board;
using StockPipeline.TelegramService.Chart;
using StockPipeline.TelegramService.Market;

namespace StockPipeline.TelegramService.Commands;

/// <summary>Answers about prices and rates; each with its age.</summary>
internal sealed class MarketAnswers(MarketBook book)
{
    /// <summary>A price this old is told with a warning.</summary>
    private static readonly TimeSpan OldAfter = TimeSpan.FromMinutes(5);

    public string Price(Texts texts, Named named)
    {
        if (book.Candles(named.Figi, Interval.OneMinute, 1) is not [var (openTime, bar)])
        {
            // A rate that nobody follows has no candles, but it has a price.
            return FollowedRate.TryReadPair(named.Name.Split('@')[0], out var pair) ? Rate(texts, pair) : texts.NoData(named.Name);
        }
        var now = book.Now;
        var at = bar.At < now ? bar.At : now;
        var before = book.Candles(named.Figi, Interval.OneDay).LastOrDefault(day => day.OpenTime < Interval.OneDay.AlignMs(openTime));
        var change = before.OpenTime == 0 || before.Row.Close == 0 ? null
            : ((bar.Close / before.Row.Close - 1) * 100).ToString("+0.00;-0.00;0.00", CultureInfo.InvariantCulture) + "%";
        return texts.Price(named.Name, AlertText.Number(bar.Close), named.Currency, change, at, now - at, now - at > OldAfter);
    }

    public string Macd(Texts texts, Named named, Interval interval)
    {
        if (book.Macd(named.Figi, interval, 1) is not [var (openTime, point)])
            return texts.NoData(named.Name);
        var at = DateTimeOffset.FromUnixTimeMilliseconds(openTime).ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
        return $"<b>{Texts.Escape(named.Name)}</b> MACD, {interval}, {at} UTC{(point.IsFinal ? "" : " …")}\n"
            + $"{Number(point.Main)} / {Number(point.Signal)} ({point.Histogram.ToString("+0.######;-0.######;0", CultureInfo.InvariantCulture)})";
    }

    public string Rate(Texts texts, RatePair pair) => Best(texts, pair, 1, pair.ToString());

    public string Convert(Texts texts, decimal amount, RatePair pair) =>
        Best(texts, pair, amount, $"{RateText.Write(amount)} {pair.Base} → {pair.Quote}");

    public byte[]? Chart(Named named, Interval interval)
    {
        var candles = book.Candles(named.Figi, interval);
        return candles.Count == 0 ? null : CandlePicture.Draw($"{named.Name} {interval}", interval, candles, book.Macd(named.Figi, interval));
    }

    private string Best(Texts texts, RatePair pair, decimal amount, string title)
    {
        var now = book.Now;
        if (pair.Base == pair.Quote || book.Courses(pair) is not [var course, ..])
            return texts.NoCourse(pair.ToString(), null);
        if (course.IsDead(now))
            return texts.NoCourse(pair.ToString(), course.EventTime);
        // Both are below their limit, so that the product is a number.
        var value = course.Value < RateDecimal.Limit / amount ? RateText.Write(RateText.Significant(course.Value * amount)) : "∞";
        var path = course.Path.Count > 1 ? string.Join(" × ", course.Path) : "";
        return texts.Course(title, value, course.Exchanger, course.EventTime, now - course.EventTime, course.IsFresh(now), path);
    }

    private static string Number(double value) => value.ToString("0.######", CultureInfo.InvariantCulture);
}
