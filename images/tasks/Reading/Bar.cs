using StockPipeline.Contracts.Records;

namespace StockPipeline.TaskWorkers.Reading;

/// <summary>A candle without the objects: what a task holds of very many of them. Prices in billionths.</summary>
internal readonly record struct Bar(long OpenMs, long Open, long High, long Low, long Close, long Volume, bool Final)
{
    public DateTimeOffset OpenTime => DateTimeOffset.FromUnixTimeMilliseconds(OpenMs);

    public static Bar Of(Candle candle) => new(
        candle.OpenTime.ToUnixTimeMilliseconds(), candle.Open.Nanos, candle.High.Nanos, candle.Low.Nanos, candle.Close.Nanos, candle.Volume,
        candle.Final);
}
