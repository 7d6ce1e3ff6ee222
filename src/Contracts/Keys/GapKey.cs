using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Time;

namespace StockPipeline.Contracts.Keys;

/// <summary>Key of a gap: <c>FIGI/interval/from</c>.</summary>
public readonly record struct GapKey(Figi Figi, Interval Interval, DateTimeOffset From)
{
    public override string ToString() => $"{Figi.Value}/{Interval.Name}/{InstantText.Write(From)}";

    public static GapKey Parse(string text)
    {
        var parts = text.Split('/');
        return parts.Length == 3 && Figi.TryParse(parts[0], out var figi) && Interval.TryParse(parts[1], out var interval)
            && InstantText.TryRead(parts[2], out var from)
            ? new GapKey(figi, interval, from)
            : throw new FormatException($"'{text}' is not a gap key: FIGI/interval/from is expected");
    }
}
