using System.Globalization;
using System.Text.Json.Nodes;
using StockPipeline.Polygon.Calendar;

namespace StockPipeline.Simulator.Polygon;

/// <summary>Bars over ranges, of all shares on a day, and of the day before.</summary>
internal sealed class PolygonAggregates(UsMarket market, PolygonWorldOptions options, PolygonFaults faults)
{
    private const int UsualLimit = 5_000;
    private const int MostLimit = 50_000;

    private static readonly TimeOnly DayIsOver = new(20, 0);

    private DateTimeOffset Now => options.Clock.GetUtcNow();

    /// <summary>What a key may see: on the free plan days that are over, back to two years ago.</summary>
    private DateTimeOffset VisibleTo
    {
        get
        {
            if (!options.IsFree)
                return Now;
            var today = NewYork.DateOf(Now);
            return Now >= NewYork.At(today, DayIsOver) ? Now : NewYork.At(today, TimeOnly.MinValue);
        }
    }

    public PolygonReply Range(HttpContext context)
    {
        var route = context.Request.RouteValues;
        var query = context.Request.Query;
        var cursor = query["cursor"].ToString() is { Length: > 0 } text
            ? System.Web.HttpUtility.ParseQueryString(PolygonReply.ReadCursor(text) ?? string.Empty)
            : null;
        string Parameter(string name) => cursor?[name] ?? query[name].ToString();
        var ticker = (string)route["ticker"]!;
        var span = (string)route["timespan"]!;
        if (!int.TryParse((string)route["multiplier"]!, NumberStyles.None, CultureInfo.InvariantCulture, out var multiplier) || multiplier < 1
            || span is not ("minute" or "hour" or "day")
            || PolygonReply.Border((string)route["from"]!, isEnd: false) is not { } from
            || PolygonReply.Border((string)route["to"]!, isEnd: true) is not { } to)
        {
            return PolygonReply.Refused(400, "ERROR", "error", "Could not parse the time range.");
        }
        if (options.IsFree && from < Now.AddYears(-2).AddDays(-1))
            return PolygonReply.Refused(403, "NOT_AUTHORIZED", "message", "Your plan doesn't include this data timeframe.");
        var limit = int.TryParse(Parameter("limit"), NumberStyles.None, CultureInfo.InvariantCulture, out var given)
            ? Math.Clamp(given, 1, MostLimit) : UsualLimit;
        var adjusted = Parameter("adjusted") != "false";
        var descending = Parameter("sort") == "desc";
        var listing = market.Find(ticker);
        var all = listing is null ? [] : Windows(listing, multiplier, span, from, to, adjusted);
        if (descending)
            all = all.Reverse();
        var (results, used, next) = (new JsonArray(), 0, (long?)null);
        foreach (var (bar, bases) in all)
        {
            if (results.Count > 0 && used + bases > limit)
            {
                next = bar.StartMs;
                break;
            }
            used += bases;
            results.Add(PolygonReply.Bar(bar));
        }
        var reply = PolygonReply.Envelope(results, cursor is null);
        reply["ticker"] = ticker;
        reply["adjusted"] = adjusted;
        reply["queryCount"] = used;
        reply["resultsCount"] = results.Count;
        if (next is { } start)
            reply["next_url"] = Next(context, route, start, limit, adjusted, descending);
        return PolygonReply.Ok(reply);
    }

    public PolygonReply Grouped(string text, bool adjusted)
    {
        if (PolygonReply.Border(text, isEnd: false) is not { } start)
            return PolygonReply.Refused(400, "ERROR", "error", "Could not parse the date.");
        var date = NewYork.DateOf(start);
        var results = new JsonArray();
        if (start < VisibleTo)
        {
            foreach (var listing in market.Listings)
            {
                if (market.Day(listing, date, Now) is not { } day)
                    continue;
                // A grouped day carries the time of its end, and the close is told with it.
                var item = PolygonReply.Bar(Adjust(listing, day, date, adjusted), NewYork.At(date, new TimeOnly(16, 0)).ToUnixTimeMilliseconds());
                item["T"] = listing.Ticker;
                results.Add(item);
            }
        }
        var reply = PolygonReply.Envelope(results);
        reply["queryCount"] = results.Count;
        reply["resultsCount"] = results.Count;
        reply["adjusted"] = adjusted;
        return PolygonReply.Ok(reply);
    }

    public PolygonReply Previous(string ticker, bool adjusted)
    {
        var date = NewYork.DateOf(Now).AddDays(-1);
        while (NewYork.IsClosed(date))
            date = date.AddDays(-1);
        var results = new JsonArray();
        if (market.Find(ticker) is { } listing && market.Day(listing, date, Now) is { } day)
        {
            var item = PolygonReply.Bar(Adjust(listing, day, date, adjusted), NewYork.At(date, new TimeOnly(16, 0)).ToUnixTimeMilliseconds());
            item["T"] = ticker;
            results.Add(item);
        }
        var reply = PolygonReply.Envelope(results);
        reply["ticker"] = ticker;
        reply["queryCount"] = results.Count;
        reply["resultsCount"] = results.Count;
        reply["adjusted"] = adjusted;
        return PolygonReply.Ok(reply);
    }

    /// <summary>The windows of a range with the number of base bars each is made of.</summary>
    private IEnumerable<(UsBar Bar, int Bases)> Windows(
        UsListing listing, int multiplier, string span, DateTimeOffset from, DateTimeOffset to, bool adjusted)
    {
        (UsBar Bar, int Bases)? window = null;
        var (first, last) = (NewYork.DateOf(from), NewYork.DateOf(to < VisibleTo ? to : VisibleTo));
        for (var date = first; date <= last; date = date.AddDays(1))
        {
            var start = NewYork.At(date, TimeOnly.MinValue);
            if (start > to || (options.IsFree && start >= VisibleTo))
                break;
            var bars = span == "day"
                ? market.Day(listing, date, Now) is { } day ? [day] : []
                : market.Minutes(listing, date, Now);
            var length = span switch { "minute" => 60_000L, "hour" => 3_600_000L, _ => 86_400_000L } * multiplier;
            var midnight = start.ToUnixTimeMilliseconds();
            foreach (var bar in bars)
            {
                var open = span == "day" ? bar.StartMs : midnight + ((bar.StartMs - midnight) / length * length);
                if (open + length <= from.ToUnixTimeMilliseconds() || open > to.ToUnixTimeMilliseconds())
                    continue;
                var known = Adjust(listing, bar, date, adjusted) with { StartMs = open };
                if (window is { } same && same.Bar.StartMs == open)
                {
                    window = (same.Bar.Join(known), same.Bases + 1);
                    continue;
                }
                if (window is { } done)
                    yield return done;
                window = (known, 1);
            }
        }
        if (window is { } newest)
            yield return newest;
    }

    private UsBar Adjust(UsListing listing, UsBar bar, DateOnly date, bool adjusted) =>
        adjusted ? bar.Adjusted(listing.SharesOn(NewYork.DateOf(Now)) / listing.SharesOn(date)) : bar;

    private string Next(HttpContext context, RouteValueDictionary route, long start, int limit, bool adjusted, bool descending)
    {
        var (from, to) = descending ? (route["from"], (object)start) : (start, route["to"]!);
        var cursor = PolygonReply.Cursor(string.Create(
            CultureInfo.InvariantCulture, $"limit={limit}&sort={(descending ? "desc" : "asc")}&adjusted={(adjusted ? "true" : "false")}"));
        var host = faults.StrikesPage() ? "elsewhere.invalid" : context.Request.Host.ToString();
        return $"{context.Request.Scheme}://{host}/v2/aggs/ticker/{route["ticker"]}/range/{route["multiplier"]}/{route["timespan"]}/{from}/{to}"
            + $"?cursor={cursor}";
    }
}
