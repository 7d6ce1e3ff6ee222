using StockPipeline.Contracts.Time;
using StockPipeline.Hosting;
using StockPipeline.Workers.Ledger;

namespace StockPipeline.Lack;

/// <summary>What every instrument needs at least.</summary>
/// <param name="Needed">Closed candles of each interval.</param>
/// <param name="Depth">How far back is looked for them, as a multiple of their trading time.</param>
/// <param name="Reask">How long an unanswered request is waited for.</param>
internal sealed record LackSettings(IReadOnlyDictionary<Interval, int> Needed, int Depth, ReaskPause Reask)
{
    private const int MostCandles = 20_000;
    private const int UsualCandles = 200;
    private const int UsualDepth = 20;

    public static LackSettings From(Settings settings) => new(
        Interval.All.ToDictionary(
            interval => interval, interval => settings.WholeNumber($"CANDLES_{interval.VariableSuffix}", UsualCandles, 1, MostCandles)),
        settings.WholeNumber("LACK_DEPTH", UsualDepth, 1, 1_000),
        ReaskPause.From(settings));
}
