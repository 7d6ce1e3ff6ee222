using System.Globalization;
using System.Text.Json;
using StockPipeline.Contracts.Rates;
using StockPipeline.RatesApi.Answers;
using StockPipeline.RatesApi.History;
using StockPipeline.RatesApi.Live;

namespace StockPipeline.RatesApi.Connections;

/// <summary>Everything the API answers that is not the one request of <see cref="FastLane"/>, and that one in its rarer forms.</summary>
internal sealed class RatesRoutes(AnswerBook book, RateHistory history, LiveStream live, ApiCounts counts)
{
    private static readonly byte[] Hello = """{"message":"hello"}"""u8.ToArray();

    private static readonly byte[] PairMissing =
        """{"detail":[{"type":"missing","loc":["query","currency_pair"],"msg":"Field required","input":null}]}"""u8.ToArray();

    private static readonly byte[] NotFound = """{"detail":"Not Found"}"""u8.ToArray();

    private static readonly byte[] NoNumber = """{"detail":"max_age is a number of seconds and amount a number, neither below zero"}"""u8.ToArray();

    private static readonly byte[] OpenApi = ReadOpenApi();

    public void Map(IEndpointRouteBuilder web)
    {
        web.MapGet("/", Fixed(Hello));
        web.MapGet("/openapi.json", Fixed(OpenApi));
        web.MapGet("/api/v1/currency_pair", (RequestDelegate)PairAsync);
        // The route of old had a bracket too many, and there are clients that call it so.
        web.MapGet("/api/v1/currency_pair/{bracket}", (RequestDelegate)(http =>
            http.Request.RouteValues["bracket"] is "}" ? PairAsync(http) : WriteAsync(http, StatusCodes.Status404NotFound, NotFound)));
        web.MapGet("/api/v1/currency_pairs", (RequestDelegate)PairsAsync);
        web.MapGet("/api/v1/history/{pair}", (RequestDelegate)HistoryAsync);
        web.MapGet("/api/v1/stream", (RequestDelegate)live.ServeAsync);
    }

    private async Task PairAsync(HttpContext http)
    {
        var query = http.Request.Query;
        if (!query.TryGetValue("currency_pair", out var text))
        {
            await WriteAsync(http, StatusCodes.Status422UnprocessableEntity, PairMissing);
            return;
        }
        if (!RatePair.TryParse(text, out var pair))
        {
            await WriteAsync(http, AnswerBook.Unknown);
            return;
        }
        if (!query.ContainsKey("source") && !query.ContainsKey("max_age") && !query.ContainsKey("amount"))
        {
            var entry = book.Ask(pair);
            await WriteAsync(http, entry is null ? AnswerBook.Unknown : book.Current(entry, Now.ToUnixTimeMilliseconds()));
            return;
        }
        await NarrowedAsync(http, pair, query);
    }

    /// <summary>The same of one source alone, of a younger age, or with an amount converted.</summary>
    private async Task NarrowedAsync(HttpContext http, RatePair pair, IQueryCollection query)
    {
        if (!TryNumber(query, "max_age", out var maxAge) || !TryNumber(query, "amount", out var amount))
        {
            await WriteAsync(http, StatusCodes.Status422UnprocessableEntity, NoNumber);
            return;
        }
        var now = Now;
        var courses = book.Courses(pair);
        var since = book.NamedSince(pair);
        if (courses.Count == 0 && since is null)
        {
            await WriteAsync(http, AnswerBook.Unknown);
            return;
        }
        var source = query["source"].ToString();
        var fitting = courses.Where(course => (source.Length == 0 || course.Exchanger == source)
            && (maxAge is not { } seconds || now - course.EventTime <= TimeSpan.FromSeconds((double)Math.Min(seconds, 1_000_000)))).ToList();
        await WriteAsync(http, AnswerWriter.Write(pair, fitting.Count > 0 ? fitting : [.. courses.Where(course => course.IsDead(now))],
            now, since ?? now, amount));
    }

    private async Task PairsAsync(HttpContext http)
    {
        using var body = new MemoryStream();
        await using (var json = new Utf8JsonWriter(body))
        {
            var now = Now;
            json.WriteStartObject();
            json.WriteStartArray("currency_pairs");
            foreach (var entry in book.Entries)
            {
                var courses = book.Courses(entry.Pair);
                if (courses.Count == 0 && book.NamedSince(entry.Pair) is null)
                    continue;
                json.WriteStartObject();
                json.WriteString("direction", entry.Pair.ToString());
                json.WriteStartArray("sources");
                foreach (var course in courses)
                {
                    json.WriteStartObject();
                    json.WriteString("exchanger", course.Exchanger);
                    json.WriteNumber("age_ms", (long)(now - course.EventTime).TotalMilliseconds);
                    json.WriteBoolean("stale", !course.IsFresh(now));
                    json.WriteStartArray("path");
                    foreach (var leg in course.Path)
                        json.WriteStringValue(leg.ToString());
                    json.WriteEndArray();
                    json.WriteEndObject();
                }
                json.WriteEndArray();
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        await WriteAsync(http, StatusCodes.Status200OK, body.ToArray());
    }

    private async Task HistoryAsync(HttpContext http)
    {
        if (!RatePair.TryParse(http.Request.RouteValues["pair"] as string, out var pair))
        {
            await WriteAsync(http, AnswerBook.Unknown);
            return;
        }
        if (HistoryQuery.TryRead(http.Request.Query, out var query) is { } problem)
        {
            var body422 = JsonSerializer.SerializeToUtf8Bytes(new { detail = problem });
            await WriteAsync(http, StatusCodes.Status422UnprocessableEntity, body422);
            return;
        }
        if (!history.IsComplete)
        {
            await WriteAsync(
                http, StatusCodes.Status503ServiceUnavailable, """{"detail":"The candles are still being read"}"""u8.ToArray());
            return;
        }
        var body = history.Write(pair, query, book.Rates());
        await (body is null ? WriteAsync(http, AnswerBook.Unknown) : WriteAsync(http, StatusCodes.Status200OK, body));
    }

    private DateTimeOffset Now => book.Clock.GetUtcNow();

    private Task WriteAsync(HttpContext http, PreparedAnswer answer)
    {
        var body = new byte[answer.BodyLength];
        answer.WriteBody(body, Now.ToUnixTimeMilliseconds());
        return WriteAsync(http, answer.Status, body);
    }

    private Task WriteAsync(HttpContext http, int status, byte[] body)
    {
        counts.Answered(status);
        http.Response.StatusCode = status;
        http.Response.ContentType = "application/json";
        http.Response.ContentLength = body.Length;
        http.Response.Headers.CacheControl = "no-store";
        return http.Response.Body.WriteAsync(body, 0, body.Length, http.RequestAborted);
    }

    private RequestDelegate Fixed(byte[] body) => http => WriteAsync(http, StatusCodes.Status200OK, body);

    private static bool TryNumber(IQueryCollection query, string name, out decimal? value)
    {
        value = null;
        if (!query.TryGetValue(name, out var text))
            return true;
        if (!decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) || number > 1_000_000_000_000m)
            return false;
        value = number;
        return true;
    }

    private static byte[] ReadOpenApi()
    {
        using var stream = typeof(RatesRoutes).Assembly.GetManifestResourceStream("openapi.json")!;
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    }
}
