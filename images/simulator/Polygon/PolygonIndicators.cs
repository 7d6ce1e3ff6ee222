using System.Globalization;
using System.Text.Json.Nodes;
using StockPipeline.Polygon.Calendar;

namespace StockPipeline.Simulator.Polygon;

/// <summary>
/// MACD as polygon.io serves it: averages that begin with their first value, over a look-back of some days before the range, so that values near
/// the beginning carry the seed.
/// </summary>
internal sealed class PolygonIndicators(UsMarket market, PolygonWorldOptions options)
{
    private const int UsualLimit = 10;
    private const int MostLimit = 5_000;

    /// <summary>Days calculated before those that are asked for.</summary>
    private const int LookBack = 400;

    private const string Path = "/v1/indicators/macd/";

    public PolygonReply Macd(HttpContext context)
    {
        var query = context.Request.Query;
        var cursor = query["cursor"].ToString() is { Length: > 0 } text
            ? System.Web.HttpUtility.ParseQueryString(PolygonReply.ReadCursor(text) ?? string.Empty)
            : null;
        string Parameter(string name) => cursor?[name] ?? query[name].ToString();
        int Number(string name, int usual) =>
            int.TryParse(Parameter(name), NumberStyles.None, CultureInfo.InvariantCulture, out var given) ? given : usual;
        var ticker = (string)context.Request.RouteValues["ticker"]!;
        if (Parameter("timespan") is { Length: > 0 } span && span != "day")
            return PolygonReply.Refused(400, "ERROR", "error", "Only days are simulated.");
        var now = options.Clock.GetUtcNow();
        var from = PolygonReply.Border(Parameter("timestamp.gte"), isEnd: false) ?? now.AddDays(-LookBack);
        var to = PolygonReply.Border(Parameter("timestamp.lte"), isEnd: true) ?? now;
        var limit = Math.Clamp(Number("limit", UsualLimit), 1, MostLimit);
        var isAscending = Parameter("order") == "asc";
        var all = market.Find(ticker) is { } listing
            ? Values(listing, from, to < now ? to : now, Number("short_window", 12), Number("long_window", 26), Number("signal_window", 9))
            : [];
        if (!isAscending)
            all.Reverse();
        var page = all.Take(limit).ToList();
        var reply = new JsonObject
        {
            ["results"] = new JsonObject
            {
                ["underlying"] = new JsonObject { ["url"] = $"{context.Request.Scheme}://{context.Request.Host}/v2/aggs/ticker/{ticker}" },
                ["values"] = new JsonArray([.. page.Select(one => Item(one))]),
            },
            ["status"] = "OK", ["request_id"] = PolygonReply.RequestId,
        };
        if (page.Count < all.Count)
            reply["next_url"] = Next(context, ticker, query, isAscending, all[page.Count].Ms);
        return PolygonReply.Ok(reply);
    }

    private static JsonObject Item((long Ms, double Value, double Signal) one) => new()
    {
        ["timestamp"] = one.Ms, ["value"] = one.Value, ["signal"] = one.Signal, ["histogram"] = one.Value - one.Signal,
    };

    private static string Next(HttpContext context, string ticker, IQueryCollection query, bool isAscending, long next)
    {
        var rest = query.Where(one => one.Key is not ("apiKey" or "cursor" or "timestamp.gte" or "timestamp.lte"))
            .Select(one => $"{one.Key}={one.Value}");
        var cursor = PolygonReply.Cursor(string.Join('&', rest.Append(
            string.Create(CultureInfo.InvariantCulture, $"timestamp.{(isAscending ? "gte" : "lte")}={next}"))));
        var other = isAscending ? "timestamp.lte" : "timestamp.gte";
        var border = query[other].ToString() is { Length: > 0 } given ? $"{other}={Uri.EscapeDataString(given)}&" : "";
        return $"{context.Request.Scheme}://{context.Request.Host}{Path}{ticker}?{border}cursor={Uri.EscapeDataString(cursor)}";
    }

    private List<(long Ms, double Value, double Signal)> Values(
        UsListing listing, DateTimeOffset from, DateTimeOffset to, int fast, int slow, int signal)
    {
        var values = new List<(long, double, double)>();
        var (quick, steady, smooth) = (new Average(fast), new Average(slow), new Average(signal));
        var (first, last, now) = (NewYork.DateOf(from), NewYork.DateOf(to), options.Clock.GetUtcNow());
        for (var date = first.AddDays(-LookBack); date <= last; date = date.AddDays(1))
        {
            if (market.Day(listing, date, now) is not { } day)
                continue;
            var close = (double)day.Adjusted(listing.SharesOn(NewYork.DateOf(now)) / listing.SharesOn(date)).Close;
            var value = quick.Next(close) - steady.Next(close);
            var smoothed = smooth.Next(value);
            if (day.StartMs >= from.ToUnixTimeMilliseconds() && day.StartMs <= to.ToUnixTimeMilliseconds())
                values.Add((day.StartMs, value, smoothed));
        }
        return values;
    }

    private sealed class Average(int length)
    {
        private double? last;

        public double Next(double value)
        {
            last = last is { } before ? before + ((value - before) * 2 / (length + 1)) : value;
            return last.Value;
        }
    }
}
