using StockPipeline.Alerts;
using StockPipeline.Contracts.Alerts;

namespace StockPipeline.AlertsTests;

/// <summary>Rules as people write them.</summary>
public sealed class AlertSentenceTests
{
    [Theory]
    [InlineData("> 300", "SBER, 1-min: price > 300", "")]
    [InlineData("ниже 280.5 повтор", "SBER, 1-min: price < 280.5", "each time, at most every 5m")]
    [InlineData(">300 1h now", "SBER, 1-hour: price > 300", "before the candle closes")]
    [InlineData("cross down 300", "SBER, 1-min: price ↘ 300", "")]
    [InlineData("-3% 1h", "SBER, 1-min: −3% within 1h", "")]
    [InlineData("+2.5 1d cooldown 30m", "SBER, 5-min: +2.5 within 1d", "each time, at most every 30m")]
    [InlineData("5%", "SBER, 1-min: ±5% within 1h", "")]
    [InlineData("rsi < 30 4h", "SBER, 4-hour: rsi < 30", "")]
    [InlineData("macd up 1h", "SBER, 1-hour: macd ↗ macd signal", "")]
    [InlineData("macd histogram > 0", "SBER, 1-hour: macd histogram > 0", "")]
    [InlineData("bollinger close > upper 1d", "SBER, 1-day: price ↗ bollinger upper", "")]
    [InlineData("closed 1d repeat", "SBER, 1-day: candle closed", "each time, at most every 5m")]
    [InlineData("stale 10m until 2d", "SBER, 1-min: no candle for 10m", "until 2026-12-02 07:00 UTC")]
    public void They_are_read_as_they_are_meant(string text, string condition, string how)
    {
        var rule = Read(text);

        Assert.Equal((condition, how), (AlertText.Of(rule.Condition, false), AlertText.HowOf(rule, false)));
        Assert.Null(AlertLimits.Problem(rule));
    }

    [Theory]
    [InlineData("about 300", "about")]
    [InlineData("> many", "many")]
    [InlineData("> 300 somehow", "somehow")]
    [InlineData("rsi 30", "30")]
    [InlineData("> 300 cooldown soon", "soon")]
    [InlineData("> 300 7m", "7m")]
    public void What_is_not_understood_is_named(string text, string word) =>
        Assert.Contains(word, Assert.Throws<FormatException>(() => Read(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_margin_is_a_share() => Assert.Equal(0.005, Read("> 300 margin 0.5%").Margin, 1e-12);

    [Theory]
    [InlineData("anna")]
    [InlineData("Анна Каренина")]
    [InlineData("a/b")]
    public void Any_account_makes_a_key(string account)
    {
        var key = new AlertKey(AlertKey.OwnerOf(account), "1");

        Assert.True(AlertKey.TryParse(key.ToString(), out var read));
        Assert.Equal(key, read);
    }

    private static AlertRule Read(string text) => AlertSentence.Read(text, Rules.Figi, "SBER", new AlertKey("anna", "1"), Rules.Morning);
}
