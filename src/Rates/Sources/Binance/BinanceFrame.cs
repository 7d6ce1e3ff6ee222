using System.Text.Json;
using StockPipeline.Contracts.Rates;

namespace StockPipeline.Rates.Sources.Binance;

/// <summary>The fields of one message of Binance's streams, as far as a price needs them.</summary>
internal ref struct BinanceFrame
{
    private decimal? last;
    private decimal? trade;
    private decimal? bid;
    private decimal? ask;
    private long? tradeId;
    private long? updateId;
    private long? tradeTime;
    private long? eventTime;

    public string? Stream { get; private set; }

    public string? Event { get; private set; }

    public string? Symbol { get; private set; }

    public string? Error { get; private set; }

    /// <summary>An answer to a message of ours, and no event.</summary>
    public bool IsAnswer { get; private set; }

    public static BinanceFrame Read(ReadOnlySpan<byte> bytes)
    {
        var frame = new BinanceFrame();
        var reader = new Utf8JsonReader(bytes);
        try
        {
            reader.Read();
            JsonValues.ExpectObject(ref reader);
            frame.ReadObject(ref reader);
        }
        catch (JsonException broken)
        {
            throw new FormatException($"a message is no JSON: {broken.Message}", broken);
        }
        return frame;
    }

    /// <summary>The price, and which of the streams of its symbol sent it where the message does not name it.</summary>
    public readonly bool TryTick(out string kind, out Tick tick)
    {
        (kind, tick) = ("", default);
        if (Event == "trade" && trade is { } price && tradeTime is { } at)
        {
            kind = "trade";
            tick = new Tick(price, null, null, RateKind.Trade, JsonValues.Instant(at), tradeId);
        }
        else if (Event is "24hrMiniTicker" or "24hrTicker" && last is { } close && eventTime is { } said)
        {
            kind = Event == "24hrTicker" ? "ticker" : "miniTicker";
            var book = Event == "24hrTicker";
            tick = new Tick(close, book ? bid : null, book ? ask : null, RateKind.Trade, JsonValues.Instant(said), said);
        }
        else if (Event is null && updateId is { } update && bid is { } best && ask is { } asked)
        {
            kind = "bookTicker";
            tick = new Tick((best + asked) / 2, best, asked, RateKind.Book, null, update);
        }
        return kind.Length > 0 && tick.Price > 0;
    }

    private void ReadObject(ref Utf8JsonReader reader)
    {
        while (JsonValues.NextProperty(ref reader, out var name))
        {
            if (name.SequenceEqual("data"u8) && reader.TokenType == JsonTokenType.StartObject)
                ReadObject(ref reader);
            else if (name.SequenceEqual("error"u8) && reader.TokenType == JsonTokenType.StartObject)
                ReadObject(ref reader);
            else if (name.Length == 1)
                ReadShort(name[0], ref reader);
            else if (name.SequenceEqual("stream"u8))
                Stream = JsonValues.Text(ref reader);
            else if (name.SequenceEqual("msg"u8))
                (Error, IsAnswer) = (JsonValues.Text(ref reader), true);
            else if (name.SequenceEqual("result"u8) || name.SequenceEqual("id"u8) || name.SequenceEqual("code"u8))
                (IsAnswer, _) = (true, reader.TrySkip());
            else
                reader.Skip();
        }
    }

    /// <summary>Fields have one letter, and the same letter means a number in one event and a text in another.</summary>
    private void ReadShort(byte name, ref Utf8JsonReader reader)
    {
        switch (name)
        {
            case (byte)'e':
                Event = JsonValues.Text(ref reader);
                break;
            case (byte)'s':
                Symbol = JsonValues.Text(ref reader);
                break;
            case (byte)'p':
                trade = JsonValues.OptionalDecimal(ref reader);
                break;
            case (byte)'c':
                last = JsonValues.OptionalDecimal(ref reader);
                break;
            case (byte)'b' when reader.TokenType == JsonTokenType.String:
                bid = JsonValues.OptionalDecimal(ref reader);
                break;
            case (byte)'a' when reader.TokenType == JsonTokenType.String:
                ask = JsonValues.OptionalDecimal(ref reader);
                break;
            case (byte)'t' when reader.TokenType == JsonTokenType.Number:
                tradeId = JsonValues.Whole(ref reader);
                break;
            case (byte)'u' when reader.TokenType == JsonTokenType.Number:
                updateId = JsonValues.Whole(ref reader);
                break;
            case (byte)'T':
                tradeTime = JsonValues.Whole(ref reader);
                break;
            case (byte)'E':
                eventTime = JsonValues.Whole(ref reader);
                break;
            default:
                reader.Skip();
                break;
        }
    }
}
