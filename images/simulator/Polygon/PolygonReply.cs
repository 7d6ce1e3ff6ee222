using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace StockPipeline.Simulator.Polygon;

/// <summary>An answer of the simulated polygon.io: a status and a body.</summary>
internal sealed record PolygonReply(int Status, JsonNode? Body, string? Text = null)
{
    public TimeSpan? RetryAfter { get; init; }

    public static PolygonReply Ok(JsonNode body) => new(200, body);

    public static PolygonReply Refused(int status, string name, string field, string text) => new(
        status, new JsonObject { ["status"] = name, ["request_id"] = RequestId, [field] = text });

    public static PolygonReply NotInPlan { get; } =
        Refused(403, "NOT_AUTHORIZED", "message", "You are not entitled to this data. Please upgrade your plan.");

    public static string RequestId => "5ca1ab1e5ca1ab1e5ca1ab1e5ca1ab1e";

    /// <summary>An envelope with results; without any the field is left out, as the real one does on a first page.</summary>
    public static JsonObject Envelope(JsonArray results, bool isFirstPage = true)
    {
        var envelope = new JsonObject { ["status"] = "OK", ["request_id"] = RequestId, ["count"] = results.Count };
        if (results.Count > 0 || !isFirstPage)
            envelope["results"] = results;
        return envelope;
    }

    public static JsonObject Bar(UsBar bar, long? time = null) => new()
    {
        ["v"] = bar.Volume, ["vw"] = Math.Round((bar.High + bar.Low + bar.Close) / 3, 4), ["o"] = bar.Open, ["c"] = bar.Close, ["h"] = bar.High,
        ["l"] = bar.Low, ["t"] = time ?? bar.StartMs, ["n"] = bar.Trades,
    };

    /// <summary>A cursor: base64 without padding of what the next page needs to know.</summary>
    public static string Cursor(string query) => Convert.ToBase64String(Encoding.UTF8.GetBytes(query)).TrimEnd('=');

    public static string? ReadCursor(string text)
    {
        var padded = text + new string('=', (4 - (text.Length % 4)) % 4);
        var bytes = new byte[padded.Length];
        return Convert.TryFromBase64String(padded, bytes, out var length) ? Encoding.UTF8.GetString(bytes, 0, length) : null;
    }

    /// <summary>A day as YYYY-MM-DD, or an instant in milliseconds.</summary>
    public static DateTimeOffset? Border(string text, bool isEnd)
    {
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var ms))
            return DateTimeOffset.FromUnixTimeMilliseconds(ms);
        if (!DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date))
            return null;
        var start = StockPipeline.Polygon.Calendar.NewYork.At(isEnd ? date.AddDays(1) : date, TimeOnly.MinValue);
        return isEnd ? start.AddMilliseconds(-1) : start;
    }
}
