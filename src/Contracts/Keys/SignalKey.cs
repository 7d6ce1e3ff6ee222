using System.Diagnostics.CodeAnalysis;
using StockPipeline.Contracts.Instruments;

namespace StockPipeline.Contracts.Keys;

/// <summary>Key of a signal: <c>FIGI/rsi-1-min-leaves-30/2026-11-20T07:00:00Z</c>.</summary>
public sealed record SignalKey(Figi Figi, string Rule, DateTimeOffset OpenTime)
{
    public override string ToString() => $"{Figi.Value}/{Rule}/{InstantText.Write(OpenTime)}";

    public static bool TryParse(string text, [NotNullWhen(true)] out SignalKey? key)
    {
        key = text.Split('/') is [var figiText, { Length: > 0 } rule, var time] && Figi.TryParse(figiText, out var figi)
            && InstantText.TryRead(time, out var openTime)
            ? new SignalKey(figi, rule, openTime)
            : null;
        return key is not null;
    }
}
