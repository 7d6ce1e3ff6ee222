using StockPipeline.Contracts.Records;

namespace StockPipeline.Testing;

/// <summary>Some indicators over a whole series at once, written down a second time from their definitions.</summary>
public static class IndicatorsByHand
{
    /// <summary>The lines at each open time that has a value.</summary>
    /// <param name="slug">Which indicator, as usual.</param>
    /// <param name="candles">In order of time.</param>
    /// <param name="session">Names the session of a candle; the day in UTC where it is null.</param>
    public static SortedDictionary<DateTimeOffset, double[]> Of(
        string slug, List<Candle> candles, Func<Candle, DateTimeOffset>? session = null)
    {
        var values = slug switch
        {
            "rsi" => Rsi(candles, 14),
            "bollinger" => Bollinger(candles, 20, 2),
            "sar" => Sar(candles, 0.02, 0.2),
            "vwap" => Vwap(candles, session ?? (candle => candle.OpenTime.UtcDateTime.Date)),
            "obv" => Obv(candles),
            _ => throw new ArgumentException($"There is no second {slug}.", nameof(slug)),
        };
        return new(values.ToDictionary(one => candles[one.Index].OpenTime, one => one.Lines));
    }

    private static IEnumerable<(int Index, double[] Lines)> Rsi(List<Candle> candles, int period)
    {
        var changes = candles.Zip(candles.Skip(1), (one, next) => (double)(next.Close.ToDecimal() - one.Close.ToDecimal())).ToList();
        var up = changes.Take(period).Sum(change => Math.Max(change, 0)) / period;
        var down = changes.Take(period).Sum(change => Math.Max(-change, 0)) / period;
        for (var index = period; index < candles.Count; index++)
        {
            if (index > period)
            {
                up += (Math.Max(changes[index - 1], 0) - up) / period;
                down += (Math.Max(-changes[index - 1], 0) - down) / period;
            }
            yield return (index, [up + down > 0 ? 100 * up / (up + down) : 50]);
        }
    }

    private static IEnumerable<(int Index, double[] Lines)> Bollinger(List<Candle> candles, int period, double multiplier)
    {
        for (var index = period - 1; index < candles.Count; index++)
        {
            var window = candles.GetRange(index - period + 1, period).ConvertAll(candle => candle.Close.ToDouble());
            var middle = window.Average();
            var distance = multiplier * Math.Sqrt(window.Average(close => (close - middle) * (close - middle)));
            yield return (index, [middle + distance, middle, middle - distance, window[^1]]);
        }
    }

    private static IEnumerable<(int Index, double[] Lines)> Vwap(List<Candle> candles, Func<Candle, DateTimeOffset> session)
    {
        foreach (var together in candles.Index().GroupBy(one => session(one.Item)))
        {
            var (money, volume) = (0.0, 0.0);
            foreach (var (index, candle) in together)
            {
                money += (double)(candle.High.ToDecimal() + candle.Low.ToDecimal() + candle.Close.ToDecimal()) / 3 * candle.Volume;
                volume += candle.Volume;
                if (volume > 0)
                    yield return (index, [money / volume]);
            }
        }
    }

    private static IEnumerable<(int Index, double[] Lines)> Obv(List<Candle> candles)
    {
        var sum = 0L;
        for (var index = 0; index < candles.Count; index++)
        {
            sum += (index == 0 ? 1 : candles[index].Close.CompareTo(candles[index - 1].Close)) * candles[index].Volume;
            yield return (index, [sum]);
        }
    }

    /// <summary>Both sides in one: a short position is a long one in a mirror.</summary>
    private static IEnumerable<(int Index, double[] Lines)> Sar(List<Candle> candles, double step, double max)
    {
        (double Best, double Worst) At(int index, int side) => side > 0
            ? (candles[index].High.ToDouble(), -candles[index].Low.ToDouble())
            : (-candles[index].Low.ToDouble(), candles[index].High.ToDouble());
        if (candles.Count < 2)
            yield break;
        var fall = candles[0].Low.ToDouble() - candles[1].Low.ToDouble();
        var side = fall > 0 && fall > candles[1].High.ToDouble() - candles[0].High.ToDouble() ? -1 : 1;
        // Seen from the side, the stop lies below the price: "worst" is the negative of the low.
        var (stop, extreme, factor) = (-At(0, side).Worst, At(1, side).Best, step);
        for (var index = 1; index < candles.Count; index++)
        {
            var before = index == 1 ? 1 : index - 1;
            var (best, worst) = (At(index, side).Best, -At(index, side).Worst);
            if (worst <= stop)
            {
                var said = Math.Max(extreme, Math.Max(At(before, side).Best, best));
                yield return (index, [side * said]);
                side = -side;
                // What was the highest is now, mirrored, the lowest.
                (stop, extreme, factor) = (-said, -worst, step);
                stop = Math.Min(stop + (factor * (extreme - stop)), Math.Min(-At(before, side).Worst, -At(index, side).Worst));
                continue;
            }
            yield return (index, [side * stop]);
            if (best > extreme)
                (extreme, factor) = (best, Math.Min(factor + step, max));
            stop = Math.Min(stop + (factor * (extreme - stop)), Math.Min(-At(before, side).Worst, worst));
        }
    }
}
