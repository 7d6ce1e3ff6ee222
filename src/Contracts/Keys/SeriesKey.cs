using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Time;

namespace StockPipeline.Contracts.Keys;

/// <summary>Key of a history task: <c>FIGI/interval</c>.</summary>
public readonly record struct SeriesKey(Figi Figi, Interval Interval)
{
    public override string ToString() => $"{Figi.Value}/{Interval.Name}";

    public static SeriesKey Parse(string text)
    {
        var parts = text.Split('/');
        return parts.Length == 2 && Figi.TryParse(parts[0], out var figi) && Interval.TryParse(parts[1], out var interval)
            ? new SeriesKey(figi, interval)
            : throw new FormatException($"'{text}' is not a series key: FIGI/interval is expected");
    }
}
