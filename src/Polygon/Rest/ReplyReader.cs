using System.Globalization;
using System.Text.Json;

namespace StockPipeline.Polygon.Rest;

/// <summary>
/// Reads the answers. Unknown fields are passed over, <c>results</c> may be missing, numbers are read as decimals whatever way they are written.
/// What cannot be what it should is an outage of theirs: a page of some proxy, most often. Pure.
/// </summary>
internal static class ReplyReader
{
    public static ReplyPage<AggregateBar> Bars(ReadOnlySpan<byte> json) => Page(json, Bar);

    public static ReplyPage<TickerDetails> Tickers(ReadOnlySpan<byte> json) => Page(json, item => new TickerDetails(
        Text(item, "ticker"), Text(item, "name"), Optional(item, "primary_exchange") ?? string.Empty, Optional(item, "composite_figi"),
        (Optional(item, "currency_name") ?? "usd").ToLowerInvariant(),
        !item.TryGetProperty("active", out var active) || active.ValueKind == JsonValueKind.True));

    public static ReplyPage<StockSplit> Splits(ReadOnlySpan<byte> json) => Page(json, item => new StockSplit(
        Text(item, "ticker"), Date(item, "execution_date"), Number(item, "split_from"), Number(item, "split_to")));

    /// <summary>The values of an indicator lie one level deeper than other results.</summary>
    public static ReplyPage<MacdPoint> Macd(ReadOnlySpan<byte> json) => Read(json, root =>
    {
        var values = root.TryGetProperty("results", out var results) && results.ValueKind == JsonValueKind.Object
            && results.TryGetProperty("values", out var found) && found.ValueKind == JsonValueKind.Array
                ? found.EnumerateArray().Select(item => new MacdPoint(
                    DateTimeOffset.FromUnixTimeMilliseconds((long)Number(item, "timestamp")), (double)Number(item, "value"),
                    (double)Number(item, "signal"), (double)Number(item, "histogram"))).ToList()
                : [];
        return new ReplyPage<MacdPoint>(values, Optional(root, "next_url") is { } next ? new Uri(next) : null);
    });

    public static IReadOnlyList<MarketHoliday> Holidays(ReadOnlySpan<byte> json) => Read(json, root =>
        (IReadOnlyList<MarketHoliday>)[.. root.EnumerateArray().Select(item => new MarketHoliday(
            Text(item, "exchange"), Date(item, "date"),
            Optional(item, "close") is { } close ? DateTimeOffset.Parse(close, CultureInfo.InvariantCulture) : null))]);

    /// <summary>What an answer that refuses says, for people.</summary>
    public static string Reason(ReadOnlySpan<byte> body)
    {
        try
        {
            return Read(body, root => Optional(root, "message") ?? Optional(root, "error") ?? "no reason is given");
        }
        catch (PolygonException)
        {
            return "the answer is no JSON";
        }
    }

    internal static AggregateBar Bar(JsonElement item) => new(
        Optional(item, "T"), (long)Number(item, "t"), Number(item, "o"), Number(item, "h"), Number(item, "l"), Number(item, "c"), Number(item, "v"));

    internal static decimal Number(JsonElement item, string name)
    {
        var value = item.GetProperty(name);
        // From the token itself: a volume may be written 1.029145e+06, a price must not pass through a double.
        return decimal.Parse(
            value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText(), NumberStyles.Float, CultureInfo.InvariantCulture);
    }

    internal static string? Optional(JsonElement item, string name) =>
        item.ValueKind == JsonValueKind.Object && item.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;

    internal static T Read<T>(ReadOnlySpan<byte> json, Func<JsonElement, T> read)
    {
        try
        {
            var reader = new Utf8JsonReader(json);
            using var document = JsonDocument.ParseValue(ref reader);
            return read(document.RootElement);
        }
        catch (Exception broken) when (broken is JsonException or FormatException or KeyNotFoundException or InvalidOperationException
            or OverflowException)
        {
            throw new PolygonException(PolygonFailure.Unavailable, $"An answer cannot be read: {broken.Message}", broken);
        }
    }

    private static ReplyPage<T> Page<T>(ReadOnlySpan<byte> json, Func<JsonElement, T> item) => Read(json, root =>
    {
        var items = root.TryGetProperty("results", out var results) && results.ValueKind == JsonValueKind.Array
            ? results.EnumerateArray().Select(item).ToList()
            : [];
        return new ReplyPage<T>(items, Optional(root, "next_url") is { } next ? new Uri(next) : null);
    });

    private static string Text(JsonElement item, string name) => item.GetProperty(name).GetString() ?? throw new FormatException($"{name} is null");

    private static DateOnly Date(JsonElement item, string name) =>
        DateOnly.ParseExact(Text(item, name), "yyyy-MM-dd", CultureInfo.InvariantCulture);
}
