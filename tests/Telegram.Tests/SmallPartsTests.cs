using StockPipeline.Contracts.Time;
using StockPipeline.TelegramService;
using StockPipeline.TelegramService.Chart;
using StockPipeline.TelegramService.Delivery;
using StockPipeline.TelegramService.Market;

namespace StockPipeline.TelegramTests;

/// <summary>What the bot is made of.</summary>
public sealed class SmallPartsTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 30, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_chat_is_sent_three_at_once_and_then_one_a_second()
    {
        var pace = new Pace();

        var waits = Enumerable.Range(0, 4).Select(_ => pace.WaitFor(1, Now)).ToList();

        Assert.Equal([TimeSpan.Zero, TimeSpan.Zero, TimeSpan.Zero, TimeSpan.FromSeconds(1)], waits);
        Assert.Equal(TimeSpan.Zero, pace.WaitFor(1, Now.AddSeconds(1)));
        Assert.Equal(TimeSpan.Zero, pace.WaitFor(2, Now.AddSeconds(1)));
    }

    [Fact]
    public void All_chats_together_are_sent_twenty_five_a_second()
    {
        var pace = new Pace();

        Assert.Equal(25, Enumerable.Range(1, 100).Count(chat => pace.WaitFor(chat, Now) == TimeSpan.Zero));
    }

    [Fact]
    public void Nothing_goes_before_a_refusal_allows_it()
    {
        var pace = new Pace();
        pace.Pause(Now.AddSeconds(7));

        Assert.Equal(TimeSpan.FromSeconds(7), pace.WaitFor(1, Now));
    }

    [Fact]
    public void The_newest_rows_are_kept_in_order_whatever_came_first()
    {
        var recent = new Recent<int>(3);

        foreach (var at in new[] { 5, 1, 9, 7, 5 })
            recent.Put(at, at * 10);

        Assert.Equal([(5L, 50), (7L, 70), (9L, 90)], recent.Last(10));
        recent.Remove(7);
        Assert.Equal(2, recent.Count);
    }

    [Fact]
    public void A_price_that_rises_is_drawn_in_another_colour_than_one_that_falls()
    {
        var up = CandlePicture.Draw("SBER 1-MIN", Interval.OneMinute, [(0, new Bar(1, 3, 1, 3, 1, true, Now))], []);
        var down = CandlePicture.Draw("SBER 1-MIN", Interval.OneMinute, [(0, new Bar(3, 3, 1, 1, 1, true, Now))], []);

        Assert.NotEqual(up, down);
        Assert.Equal(new byte[] { 0x89, 0x50, 0x4e, 0x47 }, up[..4]);
    }

    [Theory]
    [InlineData("", 5, true)]
    [InlineData("5, -100", -100, true)]
    [InlineData("5", 6, false)]
    public void Chats_are_allowed_by_their_numbers(string text, long chat, bool isAllowed)
    {
        Assert.True(ChatList.TryParse(text, out var chats));
        Assert.Equal(isAllowed, chats.Holds(chat));
        // The line that a service starts with shows its settings so.
        Assert.Equal(text.Replace(" ", "", StringComparison.Ordinal), chats.ToString());
    }

    [Fact]
    public void What_is_no_number_of_a_chat_is_refused() => Assert.False(ChatList.TryParse("5,anna", out _));
}
