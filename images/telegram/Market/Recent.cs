using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;

namespace StockPipeline.TelegramService.Market;

/// <summary>The newest rows of one series, by time. Belongs to whoever guards it.</summary>
/// <param name="most">So many are kept.</param>
internal sealed class Recent<T>(int most)
    where T : struct
{
    private readonly List<(long OpenTime, T Row)> rows = [];

    public int Count => rows.Count;

    public (long OpenTime, T Row)? Newest => rows.Count == 0 ? null : rows[^1];

    public void Put(long openTime, T row)
    {
        var at = Find(openTime);
        if (at >= 0)
        {
            rows[at] = (openTime, row);
            return;
        }
        if (rows.Count == most && ~at == 0)
            return;
        rows.Insert(~at, (openTime, row));
        if (rows.Count > most)
            rows.RemoveAt(0);
    }

    public void Remove(long openTime)
    {
        if (Find(openTime) is >= 0 and var at)
            rows.RemoveAt(at);
    }

    public List<(long OpenTime, T Row)> Last(int count) => rows.GetRange(Math.Max(0, rows.Count - count), Math.Min(count, rows.Count));

    private int Find(long openTime)
    {
        // What comes belongs to the end, nearly always.
        if (rows.Count == 0 || rows[^1].OpenTime < openTime)
            return ~rows.Count;
        var (low, high) = (0, rows.Count - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            if (rows[middle].OpenTime == openTime)
                return middle;
            if (rows[middle].OpenTime < openTime)
                low = middle + 1;
            else
                high = middle - 1;
        }
        return ~low;
    }
}

/// <summary>A candle as pictures and answers need it.</summary>
internal readonly record struct Bar(double Open, double High, double Low, double Close, long Volume, bool IsFinal, DateTimeOffset At)
{
    /// <summary>True when it was traded; where that is not known, at the end of a candle that is over and the beginning of one that is not.</summary>
    public static Bar Of(Candle candle, Interval interval) => new(
        candle.Open.ToDouble(), candle.High.ToDouble(), candle.Low.ToDouble(), candle.Close.ToDouble(), candle.Volume, candle.Final,
        candle.LastTradeTime ?? (candle.Final ? candle.OpenTime + interval.Length : candle.OpenTime));
}

/// <summary>MACD of a candle.</summary>
internal readonly record struct MacdPoint(double Main, double Signal, double Histogram, bool IsFinal);
