using System.Globalization;
using StockPipeline.Contracts.Instruments;

namespace StockPipeline.Contracts.Keys;

/// <summary>Key of a candle and of a value: <c>FIGI/2026-11-20T07:00:00Z</c>.</summary>
public readonly record struct CandleKey(Figi Figi, DateTimeOffset OpenTime)
{
    public override string ToString() => $"{Figi.Value}/{InstantText.Write(OpenTime)}";

    public static CandleKey Parse(string text)
    {
        var parts = text.Split('/');
        return parts.Length == 2 && Figi.TryParse(parts[0], out var figi) && InstantText.TryRead(parts[1], out var openTime)
            ? new CandleKey(figi, openTime)
            : throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"'{text}' is not a candle key: FIGI/openTime is expected"));
    }
}
