using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Keys;
using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;
using StockPipeline.Indicators.Catalogue;

namespace StockPipeline.Topics;

/// <summary>Holds one named value, for people and as JSON.</summary>
/// <param name="Name">As in the record's schema.</param>
/// <param name="Value">Text, a number, a truth value, an instant, a price, any JSON, or nothing.</param>
internal readonly record struct Cell(string Name, object? Value)
{
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public string Text => Value switch
    {
        null => "-",
        DateTimeOffset instant => InstantText.Write(instant),
        Price price => price.ToDecimal().ToString(CultureInfo.InvariantCulture),
        double number => number.ToString("0.######", CultureInfo.InvariantCulture),
        bool flag => flag ? "yes" : "no",
        Enum name => name.ToString().ToLowerInvariant(),
        JsonValue value when value.TryGetValue<string>(out var text) => text,
        JsonNode node => node.ToJsonString(Readable),
        var other => Convert.ToString(other, CultureInfo.InvariantCulture) ?? "-",
    };

    public void Write(Utf8JsonWriter json)
    {
        json.WritePropertyName(Name);
        switch (Value)
        {
            case null:
                json.WriteNullValue();
                break;
            case bool flag:
                json.WriteBooleanValue(flag);
                break;
            case int or long:
                json.WriteNumberValue(Convert.ToInt64(Value, CultureInfo.InvariantCulture));
                break;
            case double number when double.IsFinite(number):
                json.WriteNumberValue(number);
                break;
            case Price price:
                json.WriteNumberValue(price.ToDecimal());
                break;
            case JsonNode node:
                node.WriteTo(json);
                break;
            case Figi or Interval or string or Enum or DateTimeOffset or Guid or double:
                json.WriteStringValue(Text);
                break;
            default:
                throw new InvalidOperationException($"{Value.GetType()} is not a kind of cell.");
        }
    }
}

/// <summary>Shows records as named values.</summary>
internal static class Cells
{
    /// <summary>Where the record stands, and what it holds.</summary>
    public static IReadOnlyList<Cell> Of(FoundRecord record, object? decoded, Func<Figi, string?> tickerOf)
    {
        Cell[] place = [new("partition", record.Partition), new("offset", record.Offset), new("at", record.At)];
        return decoded switch
        {
            null => [.. place, new("key", record.Key), new("value", "removed")],
            string sentence => [.. place, new("key", record.Key), .. record.Headers.Select(header => new Cell(header.Key, header.Value)),
                new("value", sentence)],
            ForeignRecord { Value: JsonObject fields } =>
                [.. place, new("key", record.Key), .. fields.Select(field => new Cell(field.Key, field.Value))],
            ForeignRecord other => [.. place, new("key", record.Key), new("value", other.Value)],
            var known => [.. place, .. Of(known, tickerOf)],
        };
    }

    private static IReadOnlyList<Cell> Of(object record, Func<Figi, string?> tickerOf) => record switch
    {
        Candle candle =>
        [
            new("ticker", tickerOf(candle.Figi)), new("figi", candle.Figi), new("openTime", candle.OpenTime), new("open", candle.Open),
            new("high", candle.High), new("low", candle.Low), new("close", candle.Close), new("volume", candle.Volume),
            new("lastTradeTime", candle.LastTradeTime), new("final", candle.Final), new("source", candle.Source), new("revision", candle.Revision),
        ],
        MacdValue value =>
        [
            new("ticker", tickerOf(value.Figi)), new("figi", value.Figi), new("openTime", value.OpenTime), new("close", value.Close),
            new("mainLine", value.MainLine), new("signalLine", value.SignalLine), new("histogram", value.Histogram), new("final", value.Final),
            new("parameters", $"{value.Parameters.Fast}/{value.Parameters.Slow}/{value.Parameters.Signal}"), new("epoch", value.Epoch),
        ],
        IndicatorValue value =>
        [
            new("ticker", tickerOf(value.Figi)), new("figi", value.Figi), new("openTime", value.OpenTime), new("close", value.Close),
            .. LinesOf(value), new("final", value.Final), new("indicator", value.Indicator), new("parameters", value.Parameters),
            new("epoch", value.Epoch),
        ],
        Signal signal =>
        [
            new("ticker", tickerOf(signal.Figi)), new("figi", signal.Figi), new("openTime", signal.OpenTime), new("rule", signal.Rule),
            new("interval", signal.Interval), new("indicator", signal.Indicator), new("parameters", signal.Parameters),
        ],
        CandleRevision revision =>
        [
            new("ticker", tickerOf(revision.Figi)), new("figi", revision.Figi), new("interval", revision.Interval),
            new("openTime", revision.OpenTime), new("open", revision.Open), new("high", revision.High), new("low", revision.Low),
            new("close", revision.Close), new("volume", revision.Volume), new("revision", revision.Revision),
            new("knownFrom", revision.KnownFrom), new("knownUntil", revision.KnownUntil),
        ],
        Gap gap =>
        [
            new("ticker", tickerOf(gap.Figi)), new("figi", gap.Figi), new("interval", gap.Interval), new("from", gap.From), new("to", gap.To),
            new("missing", gap.Missing), new("state", gap.State), new("attempts", gap.Attempts), new("updatedAt", gap.UpdatedAt),
        ],
        HistoryTask task =>
        [
            new("ticker", tickerOf(task.Figi)), new("figi", task.Figi), new("interval", task.Interval), new("from", task.From), new("to", task.To),
            new("reason", task.Reason), new("attempt", task.Attempt), new("id", task.Id),
        ],
        Instrument instrument =>
        [
            new("ticker", instrument.Ticker), new("figi", instrument.Figi), new("classCode", instrument.ClassCode), new("name", instrument.Name),
            new("currency", instrument.Currency), new("lot", instrument.Lot), new("minPriceIncrement", instrument.MinPriceIncrement),
            new("exchange", instrument.Exchange), new("weekend", instrument.Weekend), new("uid", instrument.Uid),
        ],
        TradingDay day =>
        [
            new("date", day.Date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)), new("exchange", day.Exchange),
            new("sessions", day.IsTradingDay ? string.Join(", ", day.Sessions.Select(Text)) : "none"), new("inferred", day.Inferred),
        ],
        _ => throw new InvalidOperationException($"{record.GetType()} is not a record of the pipeline."),
    };

    /// <summary>Every line of the indicator, so that all records have the same columns; one that has no value yet is empty.</summary>
    private static IEnumerable<Cell> LinesOf(IndicatorValue value)
    {
        var known = IndicatorCatalogue.All.FirstOrDefault(kind => kind.Description.Name == value.Indicator)?.Description.Lines
            .Select(line => line.Name) ?? value.Lines.Select(line => line.Name);
        return known.Select(name => new Cell(
            name, value.Lines.Where(line => line.Name == name).Select(line => (object?)line.Value).FirstOrDefault()));
    }

    private static string Text(TradingSession session) => $"{session.Kind} {session.Start:HH:mm}-{session.End:HH:mm}";
}
