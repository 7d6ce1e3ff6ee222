using System.Globalization;
using System.Text.Json;
using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;
using StockPipeline.Gateway.Feed;
using StockPipeline.Gateway.Rest;
using StockPipeline.Gateway.Series;

namespace StockPipeline.Gateway.Udf;

/// <summary>TradingView's Universal Data Feed: what charts that speak it ask, answered from the same rows as everything else.</summary>
internal sealed class UdfPages(MarketTables tables, OlderRows older, TimeProvider market)
{
    private const int MaxBars = 5_000;
    private const int MaxMarks = 100;

    private static readonly (string Resolution, Interval Interval)[] Resolutions =
    [
        ("1", Interval.OneMinute), ("5", Interval.FiveMinutes), ("15", Interval.FifteenMinutes), ("30", Interval.ThirtyMinutes),
        ("60", Interval.OneHour), ("240", Interval.FourHours), ("1D", Interval.OneDay),
    ];

    public void Map(IEndpointRouteBuilder routes)
    {
        var udf = routes.MapGroup("/udf").ExcludeFromDescription();
        udf.MapGet("/config", http => WriteAsync(http, Config));
        udf.MapGet("/symbols", http => WriteAsync(http, json => Symbol(json, http.Request.Query["symbol"].ToString())));
        udf.MapGet("/search", http => WriteAsync(http, json => Search(json, http.Request.Query)));
        udf.MapGet("/history", HistoryAsync);
        udf.MapGet("/marks", http => WriteAsync(http, json => Marks(json, http.Request.Query)));
        udf.MapGet("/timescale_marks", http => WriteAsync(http, json => { json.WriteStartArray(); json.WriteEndArray(); }));
        udf.MapGet("/time", http => http.Response.WriteAsync(market.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)));
    }

    private void Config(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteBoolean("supports_search", true);
        json.WriteBoolean("supports_group_request", false);
        json.WriteBoolean("supports_marks", true);
        json.WriteBoolean("supports_timescale_marks", false);
        json.WriteBoolean("supports_time", true);
        json.WriteStartArray("exchanges");
        foreach (var exchange in Exchanges().Prepend(""))
        {
            json.WriteStartObject();
            json.WriteString("value", exchange);
            json.WriteString("name", exchange.Length == 0 ? "All" : exchange);
            json.WriteString("desc", exchange);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteStartArray("symbols_types");
        json.WriteStartObject();
        json.WriteString("name", "Shares");
        json.WriteString("value", "stock");
        json.WriteEndObject();
        json.WriteEndArray();
        WriteResolutions(json);
        json.WriteEndObject();
    }

    private void Symbol(Utf8JsonWriter json, string name)
    {
        if (tables.FindInstrument(name.Split(':')[^1]) is not { } instrument)
        {
            Error(json, "unknown_symbol");
            return;
        }
        var (scale, step) = (1L, instrument.MinPriceIncrement.ToDecimal());
        while (step != decimal.Truncate(step))
            (scale, step) = (scale * 10, step * 10);
        json.WriteStartObject();
        json.WriteString("name", instrument.Ticker);
        json.WriteString("ticker", instrument.Ticker);
        json.WriteString("description", instrument.Name);
        json.WriteString("type", "stock");
        json.WriteString("session", "24x7");
        json.WriteString("timezone", instrument.Currency.Equals("usd", StringComparison.OrdinalIgnoreCase) ? "America/New_York" : "Europe/Moscow");
        json.WriteString("exchange", instrument.Exchange);
        json.WriteString("listed_exchange", instrument.Exchange);
        json.WriteNumber("minmov", Math.Max(1, (long)step));
        json.WriteNumber("pricescale", scale);
        json.WriteBoolean("has_intraday", true);
        json.WriteStartArray("intraday_multipliers");
        foreach (var (resolution, _) in Resolutions.SkipLast(1))
            json.WriteStringValue(resolution);
        json.WriteEndArray();
        json.WriteBoolean("has_daily", true);
        json.WriteString("visible_plots_set", "ohlcv");
        json.WriteString("data_status", "streaming");
        json.WriteString("currency_code", instrument.Currency.ToUpperInvariant());
        WriteResolutions(json);
        json.WriteEndObject();
    }

    private void Search(Utf8JsonWriter json, IQueryCollection query)
    {
        const int usual = 30;
        var text = query["query"].ToString();
        var exchange = query["exchange"].ToString();
        var limit = int.TryParse(query["limit"], NumberStyles.None, CultureInfo.InvariantCulture, out var asked)
            ? Math.Min(asked, MaxMarks) : usual;
        json.WriteStartArray();
        foreach (var instrument in tables.Config.Current.Instruments.Values
            .Where(one => (exchange.Length == 0 || one.Exchange == exchange)
                && (one.Ticker.Contains(text, StringComparison.OrdinalIgnoreCase) || one.Name.Contains(text, StringComparison.OrdinalIgnoreCase)))
            .OrderBy(one => !one.Ticker.StartsWith(text, StringComparison.OrdinalIgnoreCase)).ThenBy(one => one.Ticker, StringComparer.Ordinal)
            .Take(limit))
        {
            json.WriteStartObject();
            json.WriteString("symbol", instrument.Ticker);
            json.WriteString("full_name", instrument.Ticker);
            json.WriteString("description", instrument.Name);
            json.WriteString("exchange", instrument.Exchange);
            json.WriteString("ticker", instrument.Ticker);
            json.WriteString("type", "stock");
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private async Task HistoryAsync(HttpContext http)
    {
        var query = http.Request.Query;
        if (tables.FindInstrument(query["symbol"].ToString().Split(':')[^1]) is not { } instrument)
        {
            await WriteAsync(http, json => Error(json, "unknown_symbol"));
            return;
        }
        if (ResolutionOf(query["resolution"].ToString()) is not { } interval || !Seconds(query, "from", out var from)
            || !Seconds(query, "to", out var to))
        {
            await WriteAsync(http, json => Error(json, "resolution, from and to are expected"));
            return;
        }
        // A number of bars outranks the beginning of the range; the end of it is exclusive.
        var bars = Seconds(query, "countback", out var asked) && asked > 0 ? (int)Math.Min(asked, MaxBars) : (int?)null;
        var series = tables.Candles(interval).Get(instrument.Figi, instrument.Ticker);
        var block = series.Look(table => Bars.Of(table, from, to, bars));
        if (block.IsCut && series.IsTrimmed)
        {
            if (await older.OfAsync(series, http.RequestAborted) is not { } all)
            {
                await WriteAsync(http, json => Error(json, "too many wait for older bars; ask again in a second"));
                return;
            }
            block = Bars.Of(series.Look(table => KnownRows.At(table, all, [], long.MaxValue)), from, to, bars);
        }
        await WriteAsync(http, json => History(json, block));
    }

    private static void History(Utf8JsonWriter json, Bars block)
    {
        json.WriteStartObject();
        if (block.Rows.Count == 0)
        {
            json.WriteString("s", "no_data");
            if (block.Before is { } next)
                json.WriteNumber("nextTime", next);
        }
        else
        {
            json.WriteString("s", "ok");
            json.WriteStartArray("t");
            foreach (var (time, _) in block.Rows)
                json.WriteNumberValue(time);
            json.WriteEndArray();
            foreach (var (name, column) in (ReadOnlySpan<(string, int)>)[("o", 0), ("h", 1), ("l", 2), ("c", 3), ("v", 4)])
            {
                json.WriteStartArray(name);
                foreach (var (_, numbers) in block.Rows)
                    json.WriteNumberValue(numbers[column]);
                json.WriteEndArray();
            }
        }
        json.WriteEndObject();
    }

    /// <summary>Holes that are not proven, each at its first slot.</summary>
    private void Marks(Utf8JsonWriter json, IQueryCollection query)
    {
        json.WriteStartArray();
        if (tables.FindInstrument(query["symbol"].ToString().Split(':')[^1]) is { } instrument
            && ResolutionOf(query["resolution"].ToString()) is { } interval && Seconds(query, "from", out var from)
            && Seconds(query, "to", out var to))
        {
            foreach (var gap in tables.Gaps.Of(instrument.Figi, interval)
                .Where(gap => GapTable.IsOpen(gap) && gap.From.ToUnixTimeSeconds() >= from && gap.From.ToUnixTimeSeconds() < to).TakeLast(MaxMarks))
            {
                json.WriteStartObject();
                json.WriteString("id", $"{gap.Figi}/{interval}/{gap.From:O}");
                json.WriteNumber("time", gap.From.ToUnixTimeSeconds());
                json.WriteString("color", gap.State == GapState.Lost ? "red" : "yellow");
                json.WriteString("text", $"{gap.Missing} candles missing, {SeriesPages.StateOf(gap)}");
                json.WriteString("label", "G");
                json.WriteString("labelFontColor", "black");
                json.WriteNumber("minSize", 14);
                json.WriteEndObject();
            }
        }
        json.WriteEndArray();
    }

    private IEnumerable<string> Exchanges() =>
        tables.Config.Current.Instruments.Values.Select(one => one.Exchange).Distinct().Order(StringComparer.Ordinal);

    private static Interval? ResolutionOf(string text) =>
        Resolutions.FirstOrDefault(one => one.Resolution == text || (text == "D" && one.Resolution == "1D")).Interval;

    private static bool Seconds(IQueryCollection query, string name, out long seconds) =>
        long.TryParse(query[name], NumberStyles.None, CultureInfo.InvariantCulture, out seconds) && seconds < 100_000_000_000;

    private static void WriteResolutions(Utf8JsonWriter json)
    {
        json.WriteStartArray("supported_resolutions");
        foreach (var (resolution, _) in Resolutions)
            json.WriteStringValue(resolution);
        json.WriteEndArray();
    }

    private static void Error(Utf8JsonWriter json, string message)
    {
        json.WriteStartObject();
        json.WriteString("s", "error");
        json.WriteString("errmsg", message);
        json.WriteEndObject();
    }

    private static async Task WriteAsync(HttpContext http, Action<Utf8JsonWriter> write)
    {
        http.Response.ContentType = "application/json; charset=utf-8";
        http.Response.Headers.CacheControl = "private, no-cache";
        using var body = new MemoryStream();
        await using (var json = new Utf8JsonWriter(body))
            write(json);
        http.Response.ContentLength = body.Length;
        await http.Response.Body.WriteAsync(body.GetBuffer().AsMemory(0, (int)body.Length));
    }

    /// <summary>The bars of one answer.</summary>
    /// <param name="Rows">Their times in seconds, and their numbers.</param>
    /// <param name="Before">Time of the bar before them; nothing where there is none.</param>
    /// <param name="IsCut">Earlier ones were wanted than the table has.</param>
    private sealed record Bars(IReadOnlyList<(long Time, double[] Numbers)> Rows, long? Before, bool IsCut)
    {
        public static Bars Of(SeriesTable table, long from, long to, int? count)
        {
            var end = table.FirstFrom(to * 1_000);
            var first = count is { } bars ? Math.Max(0, end - bars) : Math.Max(table.FirstFrom(from * 1_000), end - MaxBars);
            var rows = new List<(long Time, double[] Numbers)>();
            for (var i = first; i < end; i++)
                rows.Add((table[i].Time / 1_000, table.Numbers(i).ToArray()));
            var isCut = count is { } wanted ? rows.Count < wanted : table.Count == 0 || table[0].Time > from * 1_000;
            return new Bars(rows, first > 0 ? table[Math.Min(first, table.Count) - 1].Time / 1_000 : null, isCut);
        }
    }
}
