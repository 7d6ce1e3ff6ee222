using CsCheck;
using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;
using StockPipeline.Rates.Candles;

namespace StockPipeline.RatesTests;

public sealed class LongerCandlesTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 20, 0, 0, 0, TimeSpan.Zero);

    private readonly LongerCandles candles = new();
    private readonly List<RolledCandle> said = [];

    [Fact]
    public void A_longer_candle_is_final_with_its_last_minute()
    {
        for (var minute = 0; minute < 4; minute++)
            candles.Take(Minute(minute, 100 + minute), said);
        candles.Take(Minute(4, 90, isFinal: false), said);
        Assert.Empty(said);

        candles.Take(Minute(4, 95), said);

        var five = Assert.Single(said);
        Assert.Equal(Interval.FiveMinutes, five.Interval);
        Assert.Equal(
            (Start, 100m, 103m, 95m, 95m, 50L, true, CandleSource.Rollup),
            (five.Candle.OpenTime, Number(five.Candle.Open), Number(five.Candle.High), Number(five.Candle.Low), Number(five.Candle.Close),
                five.Candle.Volume, five.Candle.Final, five.Candle.Source));
    }

    [Fact]
    public void Without_its_last_minute_it_is_final_when_a_later_one_comes()
    {
        candles.Take(Minute(0, 100), said);
        candles.Take(Minute(3, 101), said);
        Assert.Empty(said);

        candles.Take(Minute(62, 102, isFinal: false), said);

        Assert.Equal(
            [Interval.FiveMinutes, Interval.FifteenMinutes, Interval.ThirtyMinutes, Interval.OneHour], said.Select(one => one.Interval));
        Assert.All(said, one => Assert.Equal((Start, 101m), (one.Candle.OpenTime, Number(one.Candle.Close))));
    }

    [Fact]
    public void A_corrected_minute_corrects_what_was_said_and_counts_it()
    {
        for (var minute = 0; minute < 6; minute++)
            candles.Take(Minute(minute, 100), said);
        said.Clear();

        candles.Take(Minute(4, 120), said);

        var corrected = Assert.Single(said).Candle;
        Assert.Equal((Start, 120m, 1, true), (corrected.OpenTime, Number(corrected.Close), corrected.Revision, corrected.Final));
    }

    [Fact]
    public void A_candle_whose_beginning_was_not_collected_is_never_said()
    {
        for (var minute = 2; minute < 15; minute++)
            candles.Take(Minute(minute, 100), said);

        Assert.Equal([Start.AddMinutes(5), Start.AddMinutes(10)], said.Select(one => one.Candle.OpenTime));
        candles.SayForming(Start.AddHours(1), said);
        Assert.Equal(2, said.Count);
    }

    [Fact]
    public void What_forms_is_said_again_only_when_it_has_changed_and_its_pause_is_over()
    {
        candles.Take(Minute(0, 100, isFinal: false), said);
        candles.SayForming(Start, said);
        Assert.Equal(Interval.All.Count - 1, said.Count);
        candles.SayForming(Start.AddSeconds(30), said);
        Assert.Equal(Interval.All.Count - 1, said.Count);

        candles.Take(Minute(0, 101, isFinal: false), said);
        said.Clear();
        candles.SayForming(Start.AddSeconds(1), said);

        Assert.Equal([Interval.FiveMinutes], said.Select(one => one.Interval).Where(one => one == Interval.FiveMinutes));
        Assert.DoesNotContain(said, one => one.Interval == Interval.OneDay);
        Assert.All(said, one => Assert.False(one.Candle.Final));
    }

    [Fact]
    public void Whoever_takes_over_says_each_candle_that_was_not_said_and_none_twice()
    {
        Gen.Select(
            Gen.Int[1, 4].Array[40, 400], Gen.Int[1, 60], (steps, cut) => (Steps: steps, Cut: cut)).Sample(
            one =>
            {
                var opens = new List<int> { 0 };
                foreach (var step in one.Steps)
                    opens.Add(opens[^1] + step);
                var (whole, before) = (Run(opens, []), Run(opens[..^Math.Min(one.Cut, opens.Count - 1)], []));

                var after = Run(opens, before);

                Assert.Equal(whole, before.Concat(after).OrderBy(Place));
                Assert.True(Plain(opens).SetEquals(whole.Select(Place)), "what is over is not what was said");
            },
            iter: 200);
    }

    /// <summary>What is said of all these minutes where the topics hold this already.</summary>
    private static List<RolledCandle> Run(IEnumerable<int> opens, List<RolledCandle> known)
    {
        var (owner, words) = (new LongerCandles(), new List<RolledCandle>());
        foreach (var (interval, candle) in known)
            owner.Known(interval, candle);
        foreach (var open in opens)
            owner.Take(Minute(open, 100 + (open % 7)), words);
        return [.. words.OrderBy(Place)];
    }

    /// <summary>The candles that are over, by what the words mean.</summary>
    private static HashSet<(long, int)> Plain(List<int> opens)
    {
        var over = new HashSet<(long, int)>();
        foreach (var interval in Interval.All.Skip(1))
        {
            var length = (int)interval.Length.TotalMinutes;
            foreach (var bucket in opens.Select(open => open / length).Distinct())
            {
                if (opens[^1] + 1 >= (bucket + 1) * length)
                    over.Add((interval.LengthMs, bucket * length));
            }
        }
        return over;
    }

    private static (long, int) Place(RolledCandle one) => (one.Interval.LengthMs, (int)(one.Candle.OpenTime - Start).TotalMinutes);

    private static decimal Number(Price price) => price.ToDecimal();

    private static Candle Minute(int open, decimal price, bool isFinal = true) => new()
    {
        Figi = new Figi("bitcoin-usdt.binance"), OpenTime = Start.AddMinutes(open), Open = Price.FromDecimal(price), High = Price.FromDecimal(price),
        Low = Price.FromDecimal(price), Close = Price.FromDecimal(price), Volume = 10, Final = isFinal, Source = CandleSource.Stream,
    };
}
