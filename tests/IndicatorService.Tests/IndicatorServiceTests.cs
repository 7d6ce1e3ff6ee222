using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Topics;
using StockPipeline.Indicators.Catalogue;
using StockPipeline.IndicatorService;
using StockPipeline.Surroundings;
using StockPipeline.Testing;

namespace StockPipeline.IndicatorServiceTests;

/// <summary>Candles in, values of many indicators out, over real topics.</summary>
public sealed class IndicatorServiceTests
{
    private const double Promise = 1e-9;

    private static readonly Figi Figi = new("BBG004730N88");
    private static readonly Figi Other = new("BBG004731354");

    private static readonly Instrument Share = new()
    {
        Figi = Figi, Ticker = "SBER", ClassCode = "TQBR", Uid = "e6123145-9665-43e0-8413-cd61b8aa9b13", Name = "Sberbank", Currency = "rub", Lot = 1,
        MinPriceIncrement = Price.Parse("0.01"), Exchange = "moex_mrng_evng_e_wknd_dlr", Weekend = false,
    };

    /// <summary>Each repairs differently: by what it remembers for ever, by its window, by its turns, by its session, by its sum.</summary>
    private static readonly string[] Different = ["rsi", "bollinger", "sar", "vwap", "obv"];

    [Fact]
    public async Task Every_indicator_of_the_catalogue_gives_the_reference_values_through_its_topic()
    {
        var indicators = IndicatorCatalogue.All.Where(kind => kind.Description.Name != "macd").Select(kind => kind.With()).ToList();
        await using var surroundings = await ServiceSurroundings.StartAsync();
        await using var values = await ValuesInTopics.OfAsync(surroundings, indicators.Select(one => one.Slug));
        var candles = ReferenceCandles.Read("walk", Figi);

        await RunUntilAsync(surroundings, indicators.Select(one => one.Slug), async () =>
        {
            foreach (var candle in candles)
                await values.SayAsync(candle);
            foreach (var indicator in indicators)
                await Eventually.TrueAsync(() => values.Latest(indicator.Slug, Figi).Count == candles.Count - indicator.Reach.First);
        });

        Assert.All(indicators, indicator => Compare(indicator, candles, values.Latest(indicator.Slug, Figi)));
    }

    [Fact]
    public async Task What_changed_while_it_was_down_is_all_that_is_said_after_a_restart()
    {
        await using var surroundings = await ServiceSurroundings.StartAsync();
        await using var values = await ValuesInTopics.OfAsync(surroundings, Different);
        var candles = ReferenceCandles.Read("walk", Figi);
        await RunUntilAsync(surroundings, Different, async () =>
        {
            foreach (var candle in candles)
                await values.SayAsync(candle);
            await AreRightAsync(values, candles);
        });
        var said = Different.ToDictionary(slug => slug, slug => values[slug].All.Count);

        // The last session, so that its sums change as well; and something that was not there.
        candles[300] = candles[300] with { Close = candles[300].High, Volume = candles[300].Volume + 50 };
        await values.SayAsync(candles[300]);
        var late = candles[200] with { Figi = Other };
        await values.SayAsync(late);
        await RunUntilAsync(surroundings, Different, async () =>
        {
            await AreRightAsync(values, candles);
            await Eventually.TrueAsync(() => values.Latest("obv", Other).Count == 1);
        });

        Assert.All(Different, slug =>
        {
            var repaired = values[slug].All.Skip(said[slug]).Select(one => one.Value!).Where(value => value.Figi == Figi).ToList();
            Assert.NotEmpty(repaired);
            Assert.All(repaired, value => Assert.True(value.OpenTime >= candles[300].OpenTime && value.Epoch == 1, $"{slug} says {value}"));
        });
        Assert.InRange(values["bollinger"].All.Count - said["bollinger"], 20, 20);
    }

    [Fact]
    public async Task Another_list_publishes_what_is_new_and_touches_nothing_else()
    {
        await using var surroundings = await ServiceSurroundings.StartAsync();
        await using var values = await ValuesInTopics.OfAsync(surroundings, "rsi", "rsi-21");
        var candles = ReferenceCandles.Read("tiny", Figi);
        await RunUntilAsync(surroundings, ["rsi"], async () =>
        {
            foreach (var candle in candles)
                await values.SayAsync(candle);
            await Eventually.TrueAsync(() => values.Latest("rsi", Figi).Count == candles.Count - 14);
        });
        var said = values["rsi"].All.Count;

        await RunUntilAsync(
            surroundings, ["rsi", "rsi-21"], () => Eventually.TrueAsync(() => values.Latest("rsi-21", Figi).Count == candles.Count - 21));

        Assert.Equal(said, values["rsi"].All.Count);
        Assert.All(values.Latest("rsi-21", Figi).Values, value => Assert.Equal(("rsi", "21", 0L), (value.Indicator, value.Parameters, value.Epoch)));
    }

    [Fact]
    public async Task A_session_begins_when_the_calendar_of_the_exchange_says_so_and_values_follow_when_it_says_otherwise()
    {
        await using var surroundings = await ServiceSurroundings.StartAsync();
        await using var values = await ValuesInTopics.OfAsync(surroundings, "vwap", "vwap-1");
        var candles = ReferenceCandles.Read("walk", Figi);
        var day = Day(candles[0].OpenTime, evening: TimeSpan.FromHours(2));
        await surroundings.ConfigureAsync(ConfigRecord.Of(Share), ConfigRecord.Of(day));

        await RunUntilAsync(surroundings, ["vwap", "vwap-1"], async () =>
        {
            foreach (var candle in candles)
                await values.SayAsync(candle);
            await FollowAsync(day);
            day = Day(candles[0].OpenTime, evening: TimeSpan.FromHours(3));
            await surroundings.ConfigureAsync(ConfigRecord.Of(day));
            await FollowAsync(day);
        });

        Assert.Equal(candles.Count, values["vwap-1"].All.Count);
        Assert.InRange(values["vwap"].All.Count, candles.Count + 60, candles.Count + 200);

        async Task FollowAsync(TradingDay known)
        {
            var (bySession, byDay) = (IndicatorsByHand.Of("vwap", candles, SessionOf), IndicatorsByHand.Of("vwap", candles));
            await Eventually.TrueAsync(() => AreSame(bySession, values.Latest("vwap", Figi)) && AreSame(byDay, values.Latest("vwap-1", Figi)));

            // The second day is one that nobody told of.
            DateTimeOffset SessionOf(Candle candle) => candle.OpenTime.Date != known.Date.ToDateTime(default) ? candle.OpenTime.Date
                : known.Sessions.Last(session => session.Start <= candle.OpenTime).Start;
        }
    }

    [Fact]
    public async Task A_candle_taken_back_takes_its_values_with_it()
    {
        await using var surroundings = await ServiceSurroundings.StartAsync();
        await using var values = await ValuesInTopics.OfAsync(surroundings, Different);
        var candles = ReferenceCandles.Read("walk", Figi);

        await RunUntilAsync(surroundings, Different, async () =>
        {
            foreach (var candle in candles)
                await values.SayAsync(candle);
            await AreRightAsync(values, candles);
            await values.WithdrawAsync(candles[250]);
            candles.RemoveAt(250);
            await AreRightAsync(values, candles);
        });

        Assert.All(Different, slug => Assert.Contains(values[slug].All, one => one.Value is null));
    }

    [Fact]
    public async Task Signals_are_said_once_taken_back_when_they_are_no_longer_true_and_not_said_again_after_a_restart()
    {
        await using var surroundings = await ServiceSurroundings.StartAsync();
        await using var values = await ValuesInTopics.OfAsync(surroundings, Different);
        var client = surroundings.Client;
        await using var signals = new TopicReader<Signal>(client, client.Topics.Signals, await client.Codecs.SignalsAsync(default));
        var candles = ReferenceCandles.Read("walk", Figi);

        await RunUntilAsync(surroundings, Different, async () =>
        {
            foreach (var candle in candles)
                await values.SayAsync(candle);
            await SignalsAreRightAsync(signals, candles);
            candles[320] = candles[320] with { Close = Price.FromUnits(90, 0), Low = Price.FromUnits(90, 0) };
            await values.SayAsync(candles[320]);
            await SignalsAreRightAsync(signals, candles);
        });
        var said = signals.All.Count;
        await RunUntilAsync(surroundings, Different, () => SignalsAreRightAsync(signals, candles));

        Assert.Equal(said, signals.All.Count);
        Assert.Contains(signals.All, one => one.Value is null);
    }

    [Fact]
    public async Task What_is_put_on_the_live_list_is_calculated_without_a_restart_and_no_more_when_it_is_taken_off()
    {
        await using var surroundings = await ServiceSurroundings.StartAsync();
        await using var values = await ValuesInTopics.OfAsync(surroundings, "rsi", "obv");
        var client = surroundings.Client;
        var list = client.Kafka.WriteTo(IndicatorTopics.Promoted, await client.Codecs.PromotedIndicatorsAsync(default));
        var candles = ReferenceCandles.Read("walk", Figi);
        var (early, late) = (candles[..^10], candles[^10..]);

        await RunUntilAsync(surroundings, ["rsi"], async () =>
        {
            foreach (var candle in early)
                await values.SayAsync(candle);
            await Eventually.TrueAsync(() => AreSame(IndicatorsByHand.Of("rsi", early), values.Latest("rsi", Figi)));
            await list.DeliverAsync("obv", new PromotedIndicator("obv", "anna", candles[0].OpenTime), default);
            await Eventually.TrueAsync(() => AreSame(IndicatorsByHand.Of("obv", early), values.Latest("obv", Figi)));
            var said = values["rsi"].All.Count;
            await list.DeliverAsync("obv", null, default);
            // Which list a candle meets nobody can say while it changes: rsi says what there is until the new list is the only one.
            foreach (var candle in late)
                await values.SayAsync(candle);
            await Eventually.TrueAsync(() => AreSame(IndicatorsByHand.Of("rsi", candles), values.Latest("rsi", Figi)));
            Assert.Equal(said + late.Count, values["rsi"].All.Count);
        });
        var listed = values["obv"].All.Count;
        await RunUntilAsync(surroundings, ["rsi"], async () =>
        {
            candles[^1] = candles[^1] with { Close = candles[^1].Low, Revision = 1 };
            await values.SayAsync(candles[^1]);
            await Eventually.TrueAsync(() => AreSame(IndicatorsByHand.Of("rsi", candles), values.Latest("rsi", Figi)));
        });

        Assert.Equal(listed, values["obv"].All.Count);
    }

    private static Task SignalsAreRightAsync(TopicReader<Signal> signals, List<Candle> candles)
    {
        var expected = Crossings(
                IndicatorsByHand.Of("rsi", candles), lines => lines[0] - 30, lines => lines[0] - 70, "rsi-1-min-leaves-30", "rsi-1-min-leaves-70")
            .Concat(Crossings(
                IndicatorsByHand.Of("bollinger", candles), lines => lines[3] - lines[0], lines => lines[3] - lines[2], "bollinger-1-min-close-above",
                "bollinger-1-min-close-below"))
            .Order().ToList();
        return Eventually.TrueAsync(() => signals.Latest.Values.Select(one => (one.Rule, one.OpenTime)).Order().SequenceEqual(expected));
    }

    private static IEnumerable<(string Rule, DateTimeOffset OpenTime)> Crossings(
        SortedDictionary<DateTimeOffset, double[]> values, Func<double[], double> up, Func<double[], double> down, string upRule, string downRule)
    {
        foreach (var (before, now) in values.Zip(values.Skip(1)))
        {
            if (up(before.Value) <= 0 && up(now.Value) > 0)
                yield return (upRule, now.Key);
            if (down(before.Value) >= 0 && down(now.Value) < 0)
                yield return (downRule, now.Key);
        }
    }

    [Theory]
    [InlineData("rzi", "'rzi' is not an indicator")]
    [InlineData("macd", "macd as usual is calculated by its own service")]
    [InlineData("rsi(0)", "rsi: period is a whole number from 2 to 1000")]
    public void What_is_wrong_with_the_list_is_said(string list, string expected) =>
        Assert.Contains(expected, StockPipeline.Workers.ChosenIndicators.Problem(list), StringComparison.Ordinal);

    private static TradingDay Day(DateTimeOffset opens, TimeSpan evening) => new()
    {
        Date = DateOnly.FromDateTime(opens.Date), Exchange = Share.Exchange,
        Sessions =
        [
            new TradingSession(SessionKind.Main, opens, opens + evening),
            new TradingSession(SessionKind.Evening, opens + evening, opens + TimeSpan.FromHours(9)),
        ],
    };

    private static async Task RunUntilAsync(ServiceSurroundings surroundings, IEnumerable<string> slugs, Func<Task> see)
    {
        var list = string.Join(' ', slugs.Select(slug => IndicatorCatalogue.TryParseSlug(slug, out var one) ? one.ToString() : slug));
        await surroundings.WhileRunningAsync(builder => builder.AddIndicators(), see, ("INTERVAL", "1-min"), ("INDICATORS", list));
    }

    /// <summary>Waits until the topics hold what the indicators give over the candles that are there, and nothing else.</summary>
    private static async Task AreRightAsync(ValuesInTopics values, List<Candle> candles)
    {
        foreach (var slug in Different)
        {
            var expected = IndicatorsByHand.Of(slug, candles);
            await Eventually.TrueAsync(() => AreSame(expected, values.Latest(slug, Figi)), promise: $"{slug} is as the candles are");
        }
    }

    internal static bool AreSame(SortedDictionary<DateTimeOffset, double[]> expected, SortedDictionary<DateTimeOffset, IndicatorValue> seen) =>
        expected.Count == seen.Count && expected.All(one => seen.TryGetValue(one.Key, out var value)
            && one.Value.Zip(value.Lines).All(pair => Math.Abs(pair.First - pair.Second.Value) <= Promise * Math.Max(1, Math.Abs(pair.First))));

    private static void Compare(Indicator indicator, List<Candle> candles, SortedDictionary<DateTimeOffset, IndicatorValue> values)
    {
        var name = indicator.Description.Name;
        var file = $"{(name == "bollinger" ? "bbands" : name)}.walk.csv";
        var header = ReferenceCandles.Header(file);
        var compared = 0;
        foreach (var line in indicator.Description.Lines.Select(line => line.Name))
        {
            var column = header.Contains(line) ? line : $"{indicator.Parameters.Replace(',', '-')}/{line}";
            var reference = header.Contains(column) ? ReferenceCandles.Column(file, column) : [];
            var size = reference.Count == 0 ? 0 : reference.Values.Select(Math.Abs).Order().ElementAt(reference.Count / 2);
            foreach (var (index, expected) in reference)
            {
                var value = values[candles[index].OpenTime].Lines.Single(one => one.Name == line).Value;
                Assert.True(
                    Math.Abs(value - expected) <= Promise * Math.Max(size, Math.Abs(expected)),
                    $"{indicator} {line}[{index}] is {value:R}, not {expected}");
                compared++;
            }
        }
        // The usual Aroon and Donchian stand there under other parameters' names or these; all others are there as usual.
        Assert.True(compared > 20, $"{indicator}: only {compared} values were compared");
    }
}
