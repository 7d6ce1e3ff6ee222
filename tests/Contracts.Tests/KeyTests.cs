using System.Text;
using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Keys;
using StockPipeline.Contracts.Time;

namespace StockPipeline.ContractsTests;

public sealed class KeyTests
{
    private static readonly Figi Sber = new("BBG004730N88");
    private static readonly DateTimeOffset Open = DateTimeOffset.Parse("2026-11-20T07:00:00Z", null);

    [Fact]
    public void Keys_are_text_that_reads_back()
    {
        Assert.Equal("BBG004730N88/2026-11-20T07:00:00Z", new CandleKey(Sber, Open).ToString());
        Assert.Equal("BBG004730N88/2026-11-20T07:00:00Z"u8, new CandleKey(Sber, Open).ToBytes());
        Assert.Equal("BBG004730N88/5-min", new SeriesKey(Sber, Interval.FiveMinutes).ToString());
        Assert.Equal("BBG004730N88/4-hour/2026-11-20T07:00:00Z", new GapKey(Sber, Interval.FourHours, Open).ToString());
        Assert.Equal("BBG004730N88", ConfigKey.Of(Sber).ToString());
        Assert.Equal("calendar/2026-11-20/MOEX", ConfigKey.Of(new DateOnly(2026, 11, 20), "MOEX").ToString());

        Assert.Equal(new CandleKey(Sber, Open), CandleKey.Parse(new CandleKey(Sber, Open).ToString()));
        Assert.Equal(new SeriesKey(Sber, Interval.OneDay), SeriesKey.Parse("BBG004730N88/1-day"));
        Assert.Equal(new GapKey(Sber, Interval.OneDay, Open), GapKey.Parse(new GapKey(Sber, Interval.OneDay, Open).ToString()));
        Assert.Equal(ConfigKey.Of(Sber), ConfigKey.Parse("BBG004730N88"));
        Assert.Equal(ConfigKey.Of(new DateOnly(2026, 11, 20), "MOEX"), ConfigKey.Parse("calendar/2026-11-20/MOEX"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("BBG004730N88/")]
    [InlineData("BBG004730N88/2026-11-20")]
    [InlineData("BBG004730N88/2026-11-20T07:00:00Z/more")]
    [InlineData("/2026-11-20T07:00:00Z")]
    [InlineData("calendar/2026-13-20/MOEX")]
    [InlineData("calendar/2026-11-20/")]
    public void What_is_no_key_is_refused_by_every_parser(string text)
    {
        Assert.Throws<FormatException>(() => CandleKey.Parse(text));
        Assert.Throws<FormatException>(() => SeriesKey.Parse(text));
        Assert.Throws<FormatException>(() => GapKey.Parse(text));
        Assert.Throws<FormatException>(() => ConfigKey.Parse(text));
    }

    [Theory]
    [InlineData("BBG 04730N88")]
    [InlineData("BBG/4730N88")]
    [InlineData("")]
    [InlineData("123456789012345678901234567890123")]
    public void A_FIGI_holds_no_separator_and_no_more_than_its_limit(string text)
    {
        Assert.False(Figi.TryParse(text, out _));
        Assert.Throws<FormatException>(() => new Figi(text));
    }

    [Theory]
    [InlineData("21", -973932308)]
    [InlineData("foobar", -790332482)]
    [InlineData("a-little-bit-long-string", -985981536)]
    [InlineData("a-little-bit-longer-string", -1486304829)]
    [InlineData("lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58897971)]
    [InlineData("abc", 479470107)]
    public void The_hash_is_the_one_of_Kafkas_own_client(string text, int expected)
    {
        Assert.Equal(expected, FigiPartition.Murmur2(Encoding.UTF8.GetBytes(text)));
    }
}
