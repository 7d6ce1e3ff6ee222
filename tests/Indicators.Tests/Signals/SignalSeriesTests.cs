using CsCheck;
using StockPipeline.Contracts.Instruments;
using StockPipeline.Indicators.Catalogue;
using StockPipeline.Indicators.Series;
using StockPipeline.Indicators.Signals;

namespace StockPipeline.IndicatorsTests.Signals;

/// <summary>Crossings and thresholds of final values, and what repairs make of them.</summary>
public sealed class SignalSeriesTests
{
    private const long Minute = 60_000;

    private static readonly Indicator Rsi = IndicatorCatalogue.Parse("rsi");

    [Fact]
    public void Leaving_an_extreme_is_a_signal_and_going_there_is_none()
    {
        var said = Live(50, 31, 29, 25, 31, 40, 69, 71, 75, 69);

        Assert.Equal([(4, "leaves-30", true), (9, "leaves-70", true)], said);
    }

    [Fact]
    public void What_only_touches_has_not_crossed() => Assert.Equal([(3, "leaves-30", true)], Live(29, 30, 30 + 1e-12, 31, 32));

    [Fact]
    public void A_repair_takes_back_what_it_makes_untrue_and_says_what_it_makes_true()
    {
        var (series, said) = (new SignalSeries(Rsi, 100), new List<SignalChange>());
        Take(series, said, (0, 29), (1, 31), (2, 32));
        said.Clear();

        Take(series, said, (0, 35));
        Assert.Equal([(1, "leaves-30", false)], said.Select(Text));
        said.Clear();

        Take(series, said, (1, 20));
        Assert.Equal([(2, "leaves-30", true)], said.Select(Text));
    }

    [Fact]
    public void A_provisional_value_gives_no_signal()
    {
        var (series, said, changes) = (new SignalSeries(Rsi, 100), new List<SignalChange>(), new ValueChanges(1));
        Take(series, said, (0, 29));
        changes.Add(Value(1, default) with { Final = false }, [50]);

        series.Take(changes, said);

        Assert.Empty(said);
        Assert.Equal(1, series.Count);
    }

    [Fact]
    public void A_beginning_with_all_values_there_are_takes_the_place_of_what_was_and_says_nothing()
    {
        var (series, said, values) = (new SignalSeries(Rsi, 100), new List<SignalChange>(), new ValueChanges(1));
        Take(series, said, (0, 29), (1, 31), (2, 32));
        said.Clear();
        values.Add(Value(5, default), [29]);
        values.Add(Value(6, default), [50]);

        series.Begin(values);

        Assert.Equal([(6, "leaves-30", true)], series.All().Select(Text));
        Take(series, said, (7, 75), (8, 60));
        Assert.Equal([(8, "leaves-70", true)], said.Select(Text));
    }

    [Fact]
    public void A_candle_that_does_not_open_at_a_whole_second_is_refused()
    {
        var (series, changes) = (new SignalSeries(Rsi, 100), new ValueChanges(1));
        changes.Add(Value(1, default) with { OpenTime = 1_500 }, [50]);

        Assert.Contains("1500", Assert.Throws<ArgumentException>(() => series.Take(changes, [])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_close_beyond_a_band_is_a_signal()
    {
        var (series, said, changes) = (new SignalSeries(IndicatorCatalogue.Parse("bollinger"), 100), new List<SignalChange>(), new ValueChanges(3));
        changes.Add(Value(0, Price.FromUnits(100, 0)), [double.NaN, double.NaN, double.NaN]);
        changes.Add(Value(1, Price.FromUnits(100, 0)), [101, 100, 99]);
        changes.Add(Value(2, Price.FromUnits(102, 0)), [101, 100, 99]);
        changes.Add(Value(3, Price.FromUnits(98, 0)), [101, 100, 99]);

        series.Take(changes, said);

        Assert.Equal([(2, "close-above", true), (3, "close-below", true)], said.Select(Text));
    }

    [Fact]
    public void Whatever_changes_in_whatever_order_the_signals_are_those_of_the_values_that_are_there()
    {
        var changes = Gen.Select(Gen.Int[0, 20], Gen.Int[0, 3], Gen.Int[20, 80]).List[1, 6].List[0, 20];

        changes.Sample(rounds =>
        {
            var series = new SignalSeries(Rsi, 1_000);
            var (told, values) = (new HashSet<(long, string)>(), new SortedDictionary<long, double>());
            foreach (var round in rounds)
            {
                var (batch, said) = (new ValueChanges(1), new List<SignalChange>());
                foreach (var (slot, kind, value) in round.DistinctBy(one => one.Item1).OrderBy(one => one.Item1))
                {
                    var isGone = kind == 0;
                    if (isGone)
                        values.Remove(slot);
                    else
                        values[slot] = value;
                    batch.Add(Value(slot, default) with { IsWithdrawn = isGone }, [isGone ? double.NaN : value]);
                }
                series.Take(batch, said);
                foreach (var one in said)
                {
                    var fact = (one.OpenTime / Minute, one.Rule.Name);
                    Assert.True(one.IsTrue ? told.Add(fact) : told.Remove(fact), $"{one} is no news");
                }
            }
            Assert.Equal(Expected(values).Order(), told.Order());
            Assert.Equal(told.Order(), series.All().Select(one => (one.OpenTime / Minute, one.Rule.Name)).Order());
        }, iter: 300);
    }

    private static IEnumerable<(long, string)> Expected(SortedDictionary<long, double> values)
    {
        foreach (var (before, now) in values.Zip(values.Skip(1)))
        {
            if (before.Value <= 30 && now.Value > 30)
                yield return (now.Key, "leaves-30");
            if (before.Value >= 70 && now.Value < 70)
                yield return (now.Key, "leaves-70");
        }
    }

    private static List<(int, string, bool)> Live(params double[] values)
    {
        var (series, said) = (new SignalSeries(Rsi, 100), new List<SignalChange>());
        foreach (var (slot, value) in values.Index())
            Take(series, said, (slot, value));
        return [.. said.Select(Text)];
    }

    private static void Take(SignalSeries series, List<SignalChange> said, params (int Slot, double Value)[] values)
    {
        var changes = new ValueChanges(1);
        foreach (var (slot, value) in values)
            changes.Add(Value(slot, default), [value]);
        series.Take(changes, said);
    }

    private static ValueChange Value(long slot, Price close) => new(slot * Minute, close, Final: true, WasFinal: false, IsWithdrawn: false);

    private static (int, string, bool) Text(SignalChange one) => ((int)(one.OpenTime / Minute), one.Rule.Name, one.IsTrue);
}
