using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;

namespace StockPipeline.GapsTests;

internal static class Sample
{
    public static readonly Figi Figi = new("BBG004730N88");

    public static Gap Gap(DateTimeOffset from, DateTimeOffset to, GapState state, int attempts, DateTimeOffset at) => new()
    {
        Figi = Figi, Interval = Interval.OneMinute, From = from, To = to, Missing = 0, State = state, Attempts = attempts, UpdatedAt = at,
    };
}
