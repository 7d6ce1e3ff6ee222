using System.Globalization;
using System.Text.Json;
using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Keys;
using StockPipeline.Contracts.Time;

namespace StockPipeline.Topics;

/// <summary>One named value of a record, for people and as JSON.</summary>
/// <param name="Name">As in the record's schema.</param>
/// <param name="Value">Text, a number, a truth value, an instant, a price, or nothing.</param>
internal readonly record struct Cell(string Name, object? Value)
{
    public string Text => Value switch
    {
        null => "-",
        DateTimeOffset instant => InstantText.Write(instant),
        Price price => price.ToDecimal().ToString(CultureInfo.InvariantCulture),
        double number => number.ToString("0.######", CultureInfo.InvariantCulture),
        bool flag => flag ? "yes" : "no",
        Enum name => name.ToString().ToLowerInvariant(),
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
            case double number:
                json.WriteNumberValue(number);
                break;
            case Price price:
                json.WriteNumberValue(price.ToDecimal());
                break;
            case Figi or Interval or string or Enum or DateTimeOffset or Guid:
                json.WriteStringValue(Text);
                break;
            default:
                throw new InvalidOperationException($"{Value.GetType()} is not a kind of cell.");
        }
    }
}
