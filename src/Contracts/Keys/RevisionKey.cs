using System.Globalization;
using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Time;

namespace StockPipeline.Contracts.Keys;

/// <summary>Key of a revision: <c>FIGI/interval/openTime/until</c>, the last one in milliseconds since 1970.</summary>
public readonly record struct RevisionKey(Figi Figi, Interval Interval, DateTimeOffset OpenTime, DateTimeOffset Until)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{Figi.Value}/{Interval.Name}/{InstantText.Write(OpenTime)}/{Until.ToUnixTimeMilliseconds()}");
}
