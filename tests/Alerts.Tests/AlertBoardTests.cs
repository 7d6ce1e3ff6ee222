using StockPipeline.Alerts;
using StockPipeline.Contracts.Alerts;

namespace StockPipeline.AlertsTests;

/// <summary>What rules tell of, by example.</summary>
public sealed class AlertBoardTests
{
    [Fact]
    public void Once_means_once()
    {
        var watched = new Watched(1_000, Rules.Of(AlertKind.Above, 300));

        foreach (var (minute, close) in new[] { (0, 299.0), (1, 301), (2, 299), (3, 302) })
            watched.Take(minute, close);

        Assert.Equal([("1", 1, true, false)], watched.Said);
    }

    [Fact]
    public void Repeated_it_waits_until_the_price_was_back_by_the_margin()
    {
        var watched = new Watched(1_000, Rules.Of(AlertKind.Above, 300) with { Repeats = true, Margin = 0.01 });

        foreach (var (minute, close) in new[] { (0, 301.0), (1, 299), (2, 301), (3, 297), (4, 301) })
            watched.Take(minute, close);

        Assert.Equal([("1", 0, true, false), ("1", 4, true, false)], watched.Said);
    }

    [Fact]
    public void A_correction_that_makes_it_untrue_withdraws_it_and_one_that_makes_it_true_says_that_it_is_late()
    {
        var watched = new Watched(1_000, Rules.Of(AlertKind.CrossesAbove, 300) with { Repeats = true });
        foreach (var (minute, close) in new[] { (0, 299.0), (1, 301), (2, 299), (3, 298) })
            watched.Take(minute, close);

        watched.Take(1, 299.5);
        watched.Take(2, 300.5);

        Assert.Equal([("1", 1, true, false), ("1", 1, false, true), ("1", 2, true, true)], watched.Said);
    }

    [Fact]
    public void A_crossing_falls_with_the_candle_that_stood_on_the_other_side_also_where_nothing_was_before()
    {
        var watched = new Watched(1_000, Rules.Of(AlertKind.CrossesAbove, 300) with { Margin = 0.01 });
        foreach (var (minute, close) in new[] { (0, 299.0), (1, 296), (2, 301) })
            watched.Take(minute, close);

        watched.Take(1, 299);

        Assert.Empty(watched.Standing);
    }

    [Fact]
    public void A_price_counts_as_soon_as_it_was_traded_where_that_is_asked_for()
    {
        var watched = new Watched(1_000, Rules.Of(AlertKind.Above, 300).Provisional());

        watched.Take(0, 299, isFinal: false, high: 299.5);
        watched.Take(0, 299, isFinal: false, high: 300);
        watched.Take(0, 298, isFinal: true, high: 300);

        Assert.Equal([("1", 0, true, false)], watched.Said);
    }

    [Fact]
    public void A_line_crosses_another_line_of_its_indicator()
    {
        var rule = Rules.Of(AlertKind.CrossesAbove);
        var watched = new Watched(1_000, rule with
        {
            Repeats = true, Condition = rule.Condition with { Source = "macd", Line = "macd", Against = "signal" },
        });

        foreach (var (minute, main, signal) in new[] { (0, 1.0, 2.0), (1, 2.5, 2.2), (2, 2.6, 2.3), (3, 2.0, 2.3), (4, 2.4, 2.3) })
            watched.TakeLines("macd", minute, 300, main, signal, main - signal);

        Assert.Equal([1, 4], watched.Standing.Select(one => one.Minute).Order());
    }

    [Fact]
    public void A_change_in_percent_is_that_from_the_extreme_of_the_window()
    {
        var rule = Rules.Of(AlertKind.Falls, 3).Within(5);
        var watched = new Watched(1_000, rule with { Condition = rule.Condition with { IsPercent = true } });

        foreach (var (minute, close) in new[] { (0, 100.0), (1, 110), (2, 109), (8, 106), (9, 102) })
            watched.Take(minute, close);

        Assert.Equal([("1", 9)], watched.Standing);
    }

    [Fact]
    public void Silence_is_told_once_after_each_candle_and_only_while_there_is_trading()
    {
        var watched = new Watched(1_000, Rules.Of(AlertKind.Stale).Within(10) with { Repeats = true });
        watched.Take(0, 300);

        watched.Look(5);
        watched.Look(100, (_, _) => 0);
        watched.Look(101);
        watched.Look(102);
        watched.Take(103, 300);
        watched.Look(120);

        Assert.Equal([("1", 0, true, false), ("1", 103, true, false)], watched.Said);
    }

    [Fact]
    public void After_a_topic_was_made_anew_what_was_said_is_not_taken_back_before_its_candle_has_come()
    {
        var watched = new Watched(1_000, Rules.Of(AlertKind.Above, 300) with { Repeats = true });
        foreach (var (minute, close) in new[] { (0, 299.0), (1, 301), (2, 299), (3, 301) })
            watched.Take(minute, close);

        watched.Restart([new Point(0, 299, true, 299, 299), new Point(1, 301, true, 301, 301)]);
        watched.Take(2, 299);
        watched.Take(3, 301);

        Assert.Equal(2, watched.Said.Count);
    }

    [Theory]
    [InlineData("level", AlertKind.Rises, 0, 5)]
    [InlineData("window", AlertKind.Falls, 1, 0)]
    [InlineData("window", AlertKind.Moves, 1, AlertLimits.MostCandles + 1)]
    [InlineData("window", AlertKind.Stale, 0, 0)]
    public void What_cannot_be_followed_is_refused_by_the_name_of_its_field(string field, AlertKind kind, double level, int window) =>
        Assert.StartsWith(field, AlertLimits.Problem(Rules.Of(kind, level).Within(window)), StringComparison.Ordinal);

    [Fact]
    public void What_can_be_followed_is_not_refused() =>
        Assert.Null(AlertLimits.Problem(Rules.Of(AlertKind.Moves, 1).Within(AlertLimits.MostCandles)));

    [Fact]
    public void Rules_of_lines_that_there_are_not_are_refused()
    {
        var rule = Rules.Of(AlertKind.CrossesAbove, 30);

        Assert.StartsWith("source", AlertLimits.Problem(rule with { Condition = rule.Condition with { Source = "rsy" } }), StringComparison.Ordinal);
        Assert.StartsWith(
            "line", AlertLimits.Problem(rule with { Condition = rule.Condition with { Source = "rsi", Line = "signal" } }), StringComparison.Ordinal);
    }
}
