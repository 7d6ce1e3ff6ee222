using System.Buffers;
using System.Globalization;
using System.Text.Json;
using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;
using StockPipeline.Gateway.Feed;
using StockPipeline.Gateway.Series;

namespace StockPipeline.Gateway.Legacy;

/// <summary>
/// Writes what the old gateway's clients read: the newest bar of each of its tickers in polygon.io's shape, and sums over a window that ends with
/// the newest bar there is.
/// </summary>
internal sealed class LegacyBars(MarketTables tables)
{
    private const int MaxTickers = 20;

    /// <summary>Each window with the bars it is made of and how many there are.</summary>
    private static readonly Dictionary<string, (Interval Interval, int Count)> Windows = new(StringComparer.Ordinal)
    {
        ["1h"] = (Interval.FifteenMinutes, 4), ["4h"] = (Interval.FifteenMinutes, 16), ["1d"] = (Interval.OneHour, 24),
        ["3d"] = (Interval.OneHour, 72), ["10d"] = (Interval.OneDay, 10),
    };

    public byte[] Newest() => Write(json =>
    {
        json.WriteStartArray("actual_data");
        foreach (var (_, instrument) in Numbered().Take(MaxTickers))
        {
            if (Last(instrument, Interval.OneMinute, 1) is not [var bar])
                continue;
            json.WriteStartObject();
            json.WriteString("ticker", instrument.Ticker);
            json.WriteNumber("queryCount", 1);
            json.WriteNumber("resultsCount", 1);
            json.WriteBoolean("adjusted", true);
            json.WriteStartArray("results");
            json.WriteStartObject();
            json.WriteNumber("v", bar.Volume);
            json.WriteNull("vw");
            json.WriteNumber("o", bar.Open);
            json.WriteNumber("c", bar.Close);
            json.WriteNumber("h", bar.High);
            json.WriteNumber("l", bar.Low);
            json.WriteNumber("t", bar.Time);
            json.WriteNull("n");
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteString("status", "OK");
            json.WriteNull("request_id");
            json.WriteNumber("count", 1);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        if (Numbered().FirstOrDefault() is not ({ } id, { } example))
            return;
        json.WriteStartObject("stock_data_example");
        json.WriteNumber("stock_id", id);
        json.WriteString("name", example.Ticker);
        json.WriteString("company_name", example.Name);
        json.WriteEndObject();
    });

    /// <returns>Nothing where nothing that is known was asked for: so the old gateway did.</returns>
    public byte[]? Answer(ReadOnlyMemory<byte> message, string user)
    {
        try
        {
            using var document = JsonDocument.Parse(message);
            if (document.RootElement is not { ValueKind: JsonValueKind.Object } root || Text(root, "action") != "aggregate_data"
                || !root.TryGetProperty("aggregation_params", out var wish) || wish.ValueKind != JsonValueKind.Object)
            {
                return null;
            }
            if (Text(wish, "interval") is not { } name || !Windows.TryGetValue(name, out var window))
                return Refuse(user, $"the interval is one of {string.Join(", ", Windows.Keys)}");
            var stock = Text(wish, "stock_id") ?? "";
            return Find(stock) is { } instrument
                ? Sum(user, Last(instrument, window.Interval, window.Count)) : Refuse(user, $"there is no stock {stock}");
        }
        catch (JsonException broken)
        {
            return Refuse(user, $"not JSON: {broken.Message}");
        }
    }

    private static byte[] Sum(string user, IReadOnlyList<Bar> bars) => Write(json =>
    {
        WriteUser(json, user);
        json.WriteStartArray("aggregation_result");
        foreach (var bar in bars)
        {
            json.WriteStartObject();
            json.WriteString("interval_start", DateTimeOffset.FromUnixTimeMilliseconds(bar.Time).UtcDateTime.ToString(
                "yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture));
            json.WriteNumber("start_timestamp", bar.Time);
            json.WriteNumber("total_volume", bar.Volume);
            json.WriteNumber("opening_price", bar.Open);
            json.WriteNumber("closing_price", bar.Close);
            json.WriteNumber("max_highest_price", bar.High);
            json.WriteNumber("min_lowest_price", bar.Low);
            // Nobody tells how many trades made a candle.
            json.WriteNull("total_trades");
            json.WriteEndObject();
        }
        json.WriteEndArray();
    });

    private static byte[] Refuse(string user, string why) => Write(json =>
    {
        WriteUser(json, user);
        json.WriteStartArray("aggregation_result");
        json.WriteEndArray();
        json.WriteString("error", why);
    });

    private static void WriteUser(Utf8JsonWriter json, string user)
    {
        if (int.TryParse(user, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            json.WriteNumber("user_id", number);
        else
            json.WriteString("user_id", user);
    }

    private IEnumerable<(int Id, Instrument Instrument)> Numbered() =>
        tables.Config.Current.Instruments.Values.OrderBy(one => one.Ticker, StringComparer.Ordinal).Select((one, index) => (index + 1, one));

    /// <summary>By its number in the order of tickers, or by its ticker.</summary>
    private Instrument? Find(string stock) => int.TryParse(stock, NumberStyles.None, CultureInfo.InvariantCulture, out var id)
        ? Numbered().FirstOrDefault(one => one.Id == id).Instrument
        : tables.FindInstrument(stock);

    private IReadOnlyList<Bar> Last(Instrument instrument, Interval interval, int count) =>
        tables.Candles(interval).Find(instrument.Figi)?.Look<IReadOnlyList<Bar>>(table =>
        [
            .. Enumerable.Range(Math.Max(0, table.Count - count), Math.Min(table.Count, count)).Select(index => Bar.Of(table, index)),
        ]) ?? [];

    private static string? Text(JsonElement element, string name) => !element.TryGetProperty(name, out var member) ? null
        : member.ValueKind == JsonValueKind.String ? member.GetString()
        : member.ValueKind == JsonValueKind.Number ? member.GetRawText() : null;

    private static byte[] Write(Action<Utf8JsonWriter> write)
    {
        var text = new ArrayBufferWriter<byte>(1_024);
        using (var json = new Utf8JsonWriter(text))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }
        return text.WrittenSpan.ToArray();
    }

    private readonly record struct Bar(long Time, double Open, double High, double Low, double Close, double Volume)
    {
        public static Bar Of(SeriesTable table, int index)
        {
            var numbers = table.Numbers(index);
            return new Bar(table[index].Time, numbers[0], numbers[1], numbers[2], numbers[3], numbers[4]);
        }
    }
}
