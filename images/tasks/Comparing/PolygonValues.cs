using System.Globalization;
using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;
using StockPipeline.Indicators.Catalogue;
using StockPipeline.Polygon;
using StockPipeline.Polygon.Calendar;
using StockPipeline.Polygon.Rest;
using StockPipeline.Streaming.Groups;
using StockPipeline.Tasks;

namespace StockPipeline.TaskWorkers.Comparing;

/// <summary>
/// polygon.io's MACD over days. Its shorter windows count what is traded before and after the session, which our candles leave out, so that only
/// days are made of the same closes.
/// </summary>
internal sealed class PolygonValues(PolygonClient polygon) : IForeignValues
{
    public async Task<IReadOnlyList<ForeignValue>> ReadAsync(
        Instrument instrument, Interval interval, Indicator indicator, TimeRange range, CancellationToken cancellationToken)
    {
        if (interval != Interval.OneDay || indicator.Description.Name != "macd")
            throw new TaskFailedException("unknown-there", "polygon.io is compared with for macd over 1-day candles.");
        var windows = indicator.Parameters.Split(',').Select(one => int.Parse(one, CultureInfo.InvariantCulture)).ToList();
        try
        {
            var values = new List<ForeignValue>();
            await foreach (var page in polygon.MacdAsync(
                instrument.Ticker, windows[0], windows[1], windows[2], range.From, range.To, cancellationToken))
            {
                values.AddRange(page.Select(one => new ForeignValue(DayOf(one.Time), Lines(one))));
            }
            return values;
        }
        catch (PolygonException trouble) when (trouble.IsTransient)
        {
            throw new TransientFailureException(trouble.Message, trouble);
        }
        catch (PolygonException refused)
        {
            throw new TaskFailedException("polygon-refuses", refused.Message);
        }
    }

    private static Dictionary<string, double> Lines(MacdPoint point) => new()
    {
        ["macd"] = point.Value, ["signal"] = point.Signal, ["histogram"] = point.Histogram,
    };

    /// <summary>A day begins at midnight in New York there, and at midnight in UTC here.</summary>
    private static DateTimeOffset DayOf(DateTimeOffset time) => new(NewYork.DateOf(time).ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);
}
