using System.Globalization;
using System.Text.Json.Nodes;
using StockPipeline.Polygon.Calendar;

namespace StockPipeline.Simulator.Polygon;

/// <summary>What is known of shares and of the exchange, and snapshots.</summary>
internal sealed class PolygonReference(UsMarket market, PolygonWorldOptions options)
{
    private const int UsualLimit = 100;
    private const int MostLimit = 1_000;
    private const int DaysAhead = 365;

    private DateTimeOffset Now => options.Clock.GetUtcNow();

    public PolygonReply Tickers(HttpContext context)
    {
        var query = context.Request.Query;
        var cursor = query["cursor"].ToString() is { Length: > 0 } text
            ? System.Web.HttpUtility.ParseQueryString(PolygonReply.ReadCursor(text) ?? string.Empty)
            : null;
        string Parameter(string name) => cursor?[name] ?? query[name].ToString();
        var limit = int.TryParse(Parameter("limit"), NumberStyles.None, CultureInfo.InvariantCulture, out var given)
            ? Math.Clamp(given, 1, MostLimit) : UsualLimit;
        var after = cursor?["ap"] ?? string.Empty;
        var wanted = market.Listings.OrderBy(one => one.Ticker, StringComparer.Ordinal)
            .Where(one => (Parameter("ticker") is not { Length: > 0 } ticker || one.Ticker == ticker)
                && (Parameter("exchange") is not { Length: > 0 } exchange || one.Exchange == exchange)
                && string.CompareOrdinal(one.Ticker, after) > 0)
            .ToList();
        var page = wanted.Take(limit).ToList();
        var reply = PolygonReply.Envelope([.. page.Select(Ticker)], cursor is null);
        if (wanted.Count > page.Count)
        {
            var next = PolygonReply.Cursor($"limit={limit}&exchange={Parameter("exchange")}&ap={page[^1].Ticker}");
            reply["next_url"] = $"{context.Request.Scheme}://{context.Request.Host}/v3/reference/tickers?cursor={next}";
        }
        return PolygonReply.Ok(reply);
    }

    public PolygonReply Splits(IQueryCollection query)
    {
        var since = query["execution_date.gte"].ToString();
        var until = query["execution_date.lte"].ToString();
        var results = new JsonArray();
        foreach (var (listing, split) in market.Listings.SelectMany(one => one.Splits.Select(split => (one, split))).OrderBy(one => one.split.Date))
        {
            var date = split.Date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
            if ((query["ticker"].ToString() is { Length: > 0 } ticker && ticker != listing.Ticker)
                || string.CompareOrdinal(date, since) < 0 || (until.Length > 0 && string.CompareOrdinal(date, until) > 0))
            {
                continue;
            }
            results.Add(new JsonObject
            {
                ["id"] = $"E{listing.Ticker}{date}", ["execution_date"] = date, ["split_from"] = split.From, ["split_to"] = split.To,
                ["ticker"] = listing.Ticker,
            });
        }
        return PolygonReply.Ok(PolygonReply.Envelope(results));
    }

    public PolygonReply Upcoming()
    {
        var days = new JsonArray();
        var today = NewYork.DateOf(Now);
        for (var date = today.AddDays(1); date <= today.AddDays(DaysAhead); date = date.AddDays(1))
        {
            if (date.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday || !(NewYork.IsClosed(date) || NewYork.IsEarly(date)))
                continue;
            foreach (var exchange in new[] { "NYSE", "NASDAQ" })
            {
                var day = new JsonObject { ["exchange"] = exchange, ["name"] = "Holiday", ["date"] = date.ToString("yyyy-MM-dd", null) };
                day["status"] = NewYork.IsEarly(date) ? "early-close" : "closed";
                if (NewYork.Day(date).Sessions is [var session])
                {
                    day["open"] = session.Start.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
                    day["close"] = session.End.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
                }
                days.Add(day);
            }
        }
        return PolygonReply.Ok(days);
    }

    public PolygonReply Status()
    {
        var (isOpen, local) = (UsMarket.IsRegular(Now), TimeZoneInfo.ConvertTime(Now, NewYork.Zone));
        var isExtended = !isOpen && !NewYork.IsClosed(NewYork.DateOf(Now)) && local.Hour is >= 4 and < 20;
        var state = isOpen ? "open" : isExtended ? "extended-hours" : "closed";
        return PolygonReply.Ok(new JsonObject
        {
            ["market"] = state, ["earlyHours"] = isExtended && local.Hour < 12, ["afterHours"] = isExtended && local.Hour >= 12,
            ["serverTime"] = local.ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture),
            ["exchanges"] = new JsonObject { ["nasdaq"] = state, ["nyse"] = state, ["otc"] = state },
            ["currencies"] = new JsonObject { ["crypto"] = "open", ["fx"] = "open" },
        });
    }

    public PolygonReply Snapshots(IQueryCollection query)
    {
        if (options.IsFree)
            return PolygonReply.NotInPlan;
        var wanted = query["tickers"].ToString().Split(',', StringSplitOptions.RemoveEmptyEntries);
        JsonArray tickers = [.. market.Listings.Where(one => wanted.Length == 0 || wanted.Contains(one.Ticker)).Select(Snapshot)];
        return PolygonReply.Ok(new JsonObject { ["status"] = "OK", ["count"] = tickers.Count, ["tickers"] = tickers });
    }

    public PolygonReply Snapshot(string ticker) => options.IsFree
        ? PolygonReply.NotInPlan
        : market.Find(ticker) is { } listing
            ? PolygonReply.Ok(new JsonObject { ["status"] = "OK", ["request_id"] = PolygonReply.RequestId, ["ticker"] = Snapshot(listing) })
            : PolygonReply.Refused(404, "NotFound", "message", "Ticker not found.");

    /// <summary>Before the first trade of a day everything is zero, which is no price.</summary>
    private JsonObject Snapshot(UsListing listing)
    {
        var date = NewYork.DateOf(Now);
        UsBar? day = null;
        UsBar? minute = null;
        foreach (var bar in market.Minutes(listing, date, Now))
            (day, minute) = (day is { } sum ? sum.Join(bar) : bar, bar);
        var newest = minute is { } last ? PolygonReply.Bar(last) : PolygonReply.Bar(default);
        newest["av"] = day?.Volume ?? 0;
        return new JsonObject
        {
            ["ticker"] = listing.Ticker, ["day"] = PolygonReply.Bar(day ?? default), ["min"] = newest, ["prevDay"] = PolygonReply.Bar(default),
            ["todaysChange"] = 0, ["todaysChangePerc"] = 0, ["updated"] = Now.ToUnixTimeMilliseconds() * 1_000_000,
        };
    }

    private static JsonObject Ticker(UsListing listing) => new()
    {
        ["ticker"] = listing.Ticker, ["name"] = listing.Name, ["market"] = "stocks", ["locale"] = "us", ["primary_exchange"] = listing.Exchange,
        ["type"] = "CS", ["active"] = true, ["currency_name"] = "usd", ["composite_figi"] = listing.Figi,
        ["last_updated_utc"] = "2026-01-01T00:00:00Z",
    };
}
