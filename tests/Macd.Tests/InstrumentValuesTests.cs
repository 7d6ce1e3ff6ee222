using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Records;
using StockPipeline.IndicatorValues;
using StockPipeline.Indicators.Catalogue;
using StockPipeline.Testing;
using Xunit.Abstractions;

namespace StockPipeline.MacdTests;

public sealed class InstrumentValuesTests(ITestOutputHelper output)
{
    private const int History = 3_000;

    private static readonly Figi Sber = new("BBG004730N88");
    private static readonly DateTimeOffset Morning = DateTimeOffset.Parse("2026-11-20T07:00:00Z", null);
    private static readonly MacdParameters Usual = MacdParameters.Default;

    [Fact]
    public void Every_final_candle_gives_one_final_value_and_the_forming_one_a_provisional_value()
    {
        var (series, values) = Start(Usual);
        for (var i = 0; i < 40; i++)
            Live(series, Candle(i, 100 + i));
        Live(series, Candle(40, 7, final: false));

        Assert.Equal(8, values.Said.Count);
        Assert.All(values.Said.SkipLast(1), value => Assert.True(value.Final));
        Assert.False(values.Said[^1].Final);
        Assert.All(values.Said, value => Assert.Equal(0, value.Epoch));
    }

    [Fact]
    public void A_forming_state_that_comes_after_its_candle_was_closed_changes_nothing()
    {
        var (series, values) = Start(Usual);
        for (var i = 0; i < 40; i++)
            Live(series, Candle(i, 100 + i));
        values.Said.Clear();

        Live(series, Candle(39, 7, final: false));
        Live(series, Candle(39, 139));

        Assert.Empty(values.Said);
    }

    [Fact]
    public void A_repair_raises_the_epoch_of_the_values_it_changes_and_of_no_other()
    {
        var (series, values) = Start(Usual);
        for (var i = 0; i < 60; i++)
            Live(series, Candle(i, 100 + (i % 7)));
        values.Said.Clear();

        Live(series, Candle(50, 90));

        Assert.Equal(Enumerable.Range(50, 10).Select(At), values.Said.Select(value => value.OpenTime));
        Assert.All(values.Said, value => Assert.Equal(1, value.Epoch));
        Assert.Equal(0, values.Topic[At(49)].Epoch);
    }

    [Fact]
    public void History_that_comes_before_anything_was_said_is_no_repair()
    {
        var (series, values) = Start(Usual);
        Live(series, Candle(200, 100, final: false));

        for (var i = 0; i < 200; i++)
            series.Take(Candle(i, 100 + (i % 5)));
        series.Publish();

        Assert.All(values.Said, value => Assert.Equal(0, value.Epoch));
        Assert.Equal(201 - 33, values.Said.Count);
    }

    [Fact]
    public void A_restart_says_nothing_when_the_topic_is_right_and_mends_it_when_it_is_not()
    {
        var random = new Random(Seed.Next(output.WriteLine));
        var candles = Enumerable.Range(0, 150).Select(i => Candle(i, 100 + random.Next(20))).ToList();
        var (first, topic) = Start(Usual);
        candles.ForEach(candle => Live(first, candle));

        var (again, silent) = Load(Usual, candles, topic.Topic.Values);
        Assert.Empty(silent.Said);
        Assert.Empty(silent.Withdrawn);
        Assert.NotNull(again);

        var broken = topic.Topic.Values.Where(value => value.OpenTime != At(70))
            .Select(value => value.OpenTime == At(80) ? value with { MainLine = 9 } : value).Append(Orphan(At(10_000), Usual));
        var (_, mended) = Load(Usual, candles, broken);
        Assert.Equal([At(70), At(80)], mended.Said.Select(value => value.OpenTime));
        Assert.Equal([At(10_000)], mended.Withdrawn);
    }

    [Fact]
    public void Other_periods_replace_every_value_and_withdraw_those_that_no_longer_have_one()
    {
        var candles = Enumerable.Range(0, 100).Select(i => Candle(i, 100 + (i % 9))).ToList();
        var (first, topic) = Start(Usual);
        candles.ForEach(candle => Live(first, candle));
        var other = new MacdParameters(5, 40, 9);

        var (_, changed) = Load(other, candles, topic.Topic.Values);

        Assert.Equal(100 - MacdByHand.First(other), changed.Said.Count);
        Assert.Equal(Enumerable.Range(33, MacdByHand.First(other) - 33).Select(At), changed.Withdrawn.Order());
        Assert.All(changed.Said, value => Assert.Equal(other, value.Parameters));
        Assert.All(changed.Said, value => Assert.Equal(1, value.Epoch));
    }

    [Fact]
    public void Values_whose_candles_the_topic_has_let_go_are_believed()
    {
        var candles = Enumerable.Range(0, 1_500).Select(i => Candle(i, 100 + (i % 13))).ToList();
        var (first, topic) = Start(Usual);
        candles.ForEach(candle => Live(first, candle));

        var (_, values) = Load(Usual, candles.Skip(300), topic.Topic.Values.Where(value => value.OpenTime >= At(300)));

        Assert.Empty(values.Said);
        Assert.Empty(values.Withdrawn);
    }

    [Fact]
    public void Killed_at_any_point_and_started_again_the_topic_ends_as_undisturbed()
    {
        var random = new Random(Seed.Next(output.WriteLine));
        for (var round = 0; round < 30; round++)
        {
            var candles = Enumerable.Range(0, 120).Select(i => Candle(i, 100 + random.Next(9))).ToList();
            var log = candles.Concat(candles.Where(_ => random.Next(8) == 0).Select(candle => candle with { Close = Price.FromUnits(100
                + random.Next(9), 0) })).ToList();
            var (undisturbed, expected) = Start(Usual);
            log.ForEach(candle => Live(undisturbed, candle));

            var killedAt = random.Next(log.Count);
            var (doomed, topic) = Start(Usual);
            log.Take(killedAt).ToList().ForEach(candle => Live(doomed, candle));
            var survived = topic.Topic.Values.Where(_ => random.Next(20) > 0).ToList();
            var (reborn, after) = Load(Usual, log.Take(killedAt), survived);
            log.Skip(killedAt).ToList().ForEach(candle => Live(reborn, candle));

            foreach (var value in survived.Where(value => !after.Topic.ContainsKey(value.OpenTime)))
                after.Topic[value.OpenTime] = value;
            Assert.Equal(expected.Topic.Keys, after.Topic.Keys);
            Assert.All(expected.Topic, pair => Assert.Equal(pair.Value.MainLine, after.Topic[pair.Key].MainLine, 1e-11));
        }
    }

    private static (InstrumentValues Series, CollectedValues Values) Start(MacdParameters settings) => Load(settings, [], []);

    private static (InstrumentValues Series, CollectedValues Values) Load(MacdParameters settings, IEnumerable<Candle> candles,
        IEnumerable<MacdValue> found)
    {
        var values = new CollectedValues();
        var macd = IndicatorCatalogue.Kind("macd").With(settings.Fast, settings.Slow, settings.Signal);
        var records = new MacdRecords(settings);
        var series = new InstrumentValues(Sber, new Workbench([new ValueTopicOf<MacdValue>(macd, records, values)], History));
        foreach (var candle in candles)
            series.Take(candle);
        series.Start();
        var lines = new double[3];
        foreach (var value in found)
            series.TakeFound(0, records.Read(value, lines), lines);
        series.Finish(0);
        return (series, values);
    }

    private static void Live(InstrumentValues series, Candle candle)
    {
        series.Take(candle);
        series.Publish();
    }

    private static MacdValue Orphan(DateTimeOffset openTime, MacdParameters settings) => new()
    {
        Figi = Sber, OpenTime = openTime, Close = default, MainLine = 1, SignalLine = 1, Histogram = 0, Final = true,
        Parameters = settings, Epoch = 0,
    };

    private static DateTimeOffset At(int minute) => Morning.AddMinutes(minute);

    private static Candle Candle(int minute, int close, bool final = true) => new()
    {
        Figi = Sber, OpenTime = At(minute), Open = Price.FromUnits(close, 0), High = Price.FromUnits(close, 0), Low = Price.FromUnits(close, 0),
        Close = Price.FromUnits(close, 0), Volume = 1, Final = final, Source = CandleSource.Stream,
    };
}
