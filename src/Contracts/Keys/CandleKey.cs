using System.Globalization;
using System.Text;
using StockPipeline.Contracts.Instruments;

namespace StockPipeline.Contracts.Keys;

/// <summary>Key of a candle and of a value: <c>FIGI/2026-11-20T07:00:00Z</c>.</summary>
public readonly record struct CandleKey(Figi Figi, DateTimeOffset OpenTime)
{
    public override string ToString() => $"{Figi.Value}/{InstantText.Write(OpenTime)}";

    /// <summary>The same as the bytes of a Kafka key, without a detour over a text.</summary>
    public byte[] ToBytes()
    {
        var figi = Figi.Value;
        var bytes = new byte[figi.Length + 1 + InstantText.Length];
        Encoding.ASCII.GetBytes(figi, bytes);
        bytes[figi.Length] = (byte)'/';
        InstantText.Write(OpenTime, bytes.AsSpan(figi.Length + 1));
        return bytes;
    }

    public static CandleKey Parse(string text)
    {
        var parts = text.Split('/');
        return parts.Length == 2 && Figi.TryParse(parts[0], out var figi) && InstantText.TryRead(parts[1], out var openTime)
            ? new CandleKey(figi, openTime)
            : throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"'{text}' is not a candle key: FIGI/openTime is expected"));
    }
}
