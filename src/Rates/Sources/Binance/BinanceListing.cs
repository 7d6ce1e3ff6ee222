using System.Text.Json;

namespace StockPipeline.Rates.Sources.Binance;

/// <summary>The markets in Binance's exchangeInfo and their statuses; everything else in it is passed over.</summary>
internal static class BinanceListing
{
    public static Dictionary<string, string> Read(ReadOnlySpan<byte> body)
    {
        var statuses = new Dictionary<string, string>(StringComparer.Ordinal);
        var reader = new Utf8JsonReader(body);
        try
        {
            reader.Read();
            JsonValues.ExpectObject(ref reader);
            while (JsonValues.NextProperty(ref reader, out var name))
            {
                if (name.SequenceEqual("symbols"u8) && reader.TokenType == JsonTokenType.StartArray)
                    ReadSymbols(ref reader, statuses);
                else
                    reader.Skip();
            }
        }
        catch (JsonException broken)
        {
            throw new FormatException($"exchangeInfo is no JSON: {broken.Message}", broken);
        }
        return statuses.Count > 0 ? statuses : throw new FormatException("exchangeInfo lists no symbols");
    }

    private static void ReadSymbols(ref Utf8JsonReader reader, Dictionary<string, string> statuses)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
        {
            string? symbol = null, status = null;
            while (JsonValues.NextProperty(ref reader, out var name))
            {
                if (name.SequenceEqual("symbol"u8))
                    symbol = JsonValues.Text(ref reader);
                else if (name.SequenceEqual("status"u8))
                    status = JsonValues.Text(ref reader);
                else
                    reader.Skip();
            }
            if (symbol is not null && status is not null)
                statuses[symbol] = status;
        }
    }
}
