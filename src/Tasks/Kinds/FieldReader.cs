using System.Globalization;
using System.Text.Json;
using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Time;
using StockPipeline.Indicators.Catalogue;

namespace StockPipeline.Tasks.Kinds;

/// <summary>Reads one parameter by its type.</summary>
internal static class FieldReader
{
    private const int MaxInstruments = 2_000;
    private const int MaxNumbers = 20;
    private const int MaxText = 500;

    /// <returns>What is wrong, or null.</returns>
    /// <param name="field">What is expected.</param>
    /// <param name="given">What came.</param>
    /// <param name="kept">What is kept of it, in the form that workers read; null where there is nothing to keep.</param>
    public static string? Read(TaskField field, JsonElement? given, out JsonElement? kept)
    {
        kept = null;
        if (given is null or { ValueKind: JsonValueKind.Null })
        {
            if (field.Default is { } text)
                kept = field.Type == FieldType.WholeNumber ? Element(long.Parse(text, CultureInfo.InvariantCulture)) : Element(text);
            return field.Required ? $"is missing: {field.Description}" : null;
        }
        var value = given.Value;
        return field.Type switch
        {
            FieldType.Instrument => Instrument(value, out kept),
            FieldType.Instruments => Instruments(value, out kept),
            FieldType.Interval => IntervalName(value, out kept),
            FieldType.Choice => Choice(field, value, out kept),
            FieldType.Instant => Instant(value, out kept),
            FieldType.WholeNumber => WholeNumber(field, value, out kept),
            FieldType.Indicator => OneIndicator(field, value, out kept),
            FieldType.Numbers => Numbers(value, out kept),
            _ => Text(value, out kept),
        };
    }

    private static string? Instrument(JsonElement value, out JsonElement? kept)
    {
        kept = value.ValueKind == JsonValueKind.String && Figi.TryParse(value.GetString()!.Trim(), out var figi) ? Element(figi.Value) : null;
        return kept is null ? "a ticker or a FIGI is expected, as a text" : null;
    }

    private static string? Instruments(JsonElement value, out JsonElement? kept)
    {
        kept = null;
        if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() is 0 or > MaxInstruments
            || value.EnumerateArray().Any(item => Instrument(item, out _) is not null))
        {
            return $"a list of 1 to {MaxInstruments} tickers or FIGIs is expected";
        }
        kept = value;
        return null;
    }

    private static string? IntervalName(JsonElement value, out JsonElement? kept)
    {
        kept = value.ValueKind == JsonValueKind.String && Interval.TryParse(value.GetString(), out var interval) ? Element(interval.Name) : null;
        return kept is null ? $"an interval is expected: {Interval.Allowed}" : null;
    }

    private static string? Choice(TaskField field, JsonElement value, out JsonElement? kept)
    {
        kept = value.ValueKind == JsonValueKind.String && field.Choices.Contains(value.GetString()!) ? value : null;
        return kept is null ? $"one of {string.Join(", ", field.Choices)} is expected" : null;
    }

    private static string? Instant(JsonElement value, out JsonElement? kept)
    {
        const DateTimeStyles styles = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        string[] formats = ["yyyy-MM-dd", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"];
        kept = value.ValueKind == JsonValueKind.String
            && DateTimeOffset.TryParseExact(value.GetString(), formats, CultureInfo.InvariantCulture, styles, out var instant)
                ? Element(instant.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture))
                : null;
        return kept is null ? "a date or a time as RFC 3339 writes it is expected, such as 2026-11-20 or 2026-11-20T07:00:00Z" : null;
    }

    private static string? WholeNumber(TaskField field, JsonElement value, out JsonElement? kept)
    {
        kept = value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) && number >= field.Min && number <= field.Max
            ? Element(number)
            : null;
        return kept is null ? string.Create(CultureInfo.InvariantCulture, $"a whole number from {field.Min} to {field.Max} is expected") : null;
    }

    private static string? OneIndicator(TaskField field, JsonElement value, out JsonElement? kept)
    {
        kept = null;
        if (value.ValueKind != JsonValueKind.String || value.GetString() is not { Length: > 0 and <= MaxText } text)
            return "an indicator is expected, as a text such as rsi(14)";
        try
        {
            var indicator = IndicatorCatalogue.Parse(text);
            if (field.Choices.Count > 0 && !field.Choices.Contains(indicator.Description.Name))
                return $"one of {string.Join(", ", field.Choices)} is expected";
            kept = Element(indicator.ToString());
            return null;
        }
        catch (FormatException refused)
        {
            return refused.Message;
        }
    }

    private static string? Numbers(JsonElement value, out JsonElement? kept)
    {
        kept = value.ValueKind == JsonValueKind.Object && value.EnumerateObject().Count() <= MaxNumbers
            && value.EnumerateObject().All(one => one.Value.ValueKind is JsonValueKind.Number or JsonValueKind.String)
                ? value
                : null;
        return kept is null ? $"an object of at most {MaxNumbers} names with numbers or words is expected" : null;
    }

    private static string? Text(JsonElement value, out JsonElement? kept)
    {
        kept = value.ValueKind == JsonValueKind.String && value.GetString()!.Length is > 0 and <= MaxText ? value : null;
        return kept is null ? $"a text of 1 to {MaxText} characters is expected" : null;
    }

    private static JsonElement Element(string text) => JsonSerializer.SerializeToElement(text, TaskJson.Default.String);

    private static JsonElement Element(long number) => JsonSerializer.SerializeToElement(number, TaskJson.Default.Int64);
}
