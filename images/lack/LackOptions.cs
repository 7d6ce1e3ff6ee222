using System.ComponentModel.DataAnnotations;
using StockPipeline.Contracts.Time;

namespace StockPipeline.Lack;

/// <summary>How many closed candles every instrument needs at least, and how far back they are looked for.</summary>
internal sealed class LackOptions
{
    private const int UsualCandles = 200;
    private const int MostCandles = 20_000;

    [ConfigurationKeyName("CANDLES_ONE_MIN"), Range(1, MostCandles)]
    public int OneMinute { get; set; } = UsualCandles;

    [ConfigurationKeyName("CANDLES_FIVE_MIN"), Range(1, MostCandles)]
    public int FiveMinutes { get; set; } = UsualCandles;

    [ConfigurationKeyName("CANDLES_FIFTEEN_MIN"), Range(1, MostCandles)]
    public int FifteenMinutes { get; set; } = UsualCandles;

    [ConfigurationKeyName("CANDLES_30_MIN"), Range(1, MostCandles)]
    public int ThirtyMinutes { get; set; } = UsualCandles;

    [ConfigurationKeyName("CANDLES_ONE_HOUR"), Range(1, MostCandles)]
    public int OneHour { get; set; } = UsualCandles;

    [ConfigurationKeyName("CANDLES_FOUR_HOUR"), Range(1, MostCandles)]
    public int FourHours { get; set; } = UsualCandles;

    [ConfigurationKeyName("CANDLES_ONE_DAY"), Range(1, MostCandles)]
    public int OneDay { get; set; } = UsualCandles;

    /// <summary>As a multiple of the trading time that the candles take.</summary>
    [ConfigurationKeyName("LACK_DEPTH"), Range(1, 1_000)]
    public int Depth { get; set; } = 20;

    public IReadOnlyDictionary<Interval, int> Needed => new Dictionary<Interval, int>
    {
        [Interval.OneMinute] = OneMinute,
        [Interval.FiveMinutes] = FiveMinutes,
        [Interval.FifteenMinutes] = FifteenMinutes,
        [Interval.ThirtyMinutes] = ThirtyMinutes,
        [Interval.OneHour] = OneHour,
        [Interval.FourHours] = FourHours,
        [Interval.OneDay] = OneDay,
    };
}
