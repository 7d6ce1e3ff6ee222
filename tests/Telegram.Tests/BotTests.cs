using StockPipeline.AlertsService;
using StockPipeline.Contracts.Time;
using StockPipeline.Simulator.Telegram;
using StockPipeline.Surroundings;
using StockPipeline.Testing;

namespace StockPipeline.TelegramTests;

/// <summary>The bot between real topics and a simulated Telegram.</summary>
public sealed class BotTests(BotPlace place) : IClassFixture<BotPlace>
{
    [Fact]
    public async Task People_are_told_prices_rates_and_macd_with_their_age_in_their_language()
    {
        await using var bot = place.Bot();

        Assert.Contains("/help", (await place.AskAsync(1, "/start", "ru")).Text, StringComparison.Ordinal);
        Assert.Contains("назад", (await place.AskAsync(1, "/price sber")).Text, StringComparison.Ordinal);
        Assert.Contains("SBER", (await place.AskAsync(1, "/macd SBER 1m")).Text, StringComparison.Ordinal);
        Assert.Contains("67000.5", (await place.AskAsync(1, "/rate BTC/USD")).Text, StringComparison.Ordinal);
        Assert.Contains("134001", (await place.AskAsync(1, "/convert 2 bitcoin usd")).Text, StringComparison.Ordinal);
        Assert.Contains("«NOSUCH»", (await place.AskAsync(1, "/price NOSUCH")).Text, StringComparison.Ordinal);
        var coins = await place.AskAsync(1, "/coins");
        place.World.Chats.Press(1, coins.MessageId, "rate:bitcoin-usd");
        await Eventually.SeeAsync(() => place.World.Chats.MessagesOf(1)[^1].Text, text => text.Contains("67000.5", StringComparison.Ordinal));
        await place.AskAsync(2, "/start");
        Assert.Contains("ago", (await place.AskAsync(2, "/price SBER")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_picture_is_a_picture()
    {
        await using var bot = place.Bot();
        await place.AskAsync(3, "/start");

        var message = await place.AskAsync(3, "/chart SBER 1m");

        Assert.Equal("SBER, 1-min", message.Text);
        Assert.NotNull(message.Photo);
        // Kept beside the results of the tests, for whoever wants to see it.
        var folder = Directory.CreateDirectory(Path.Combine(AppContext.BaseDirectory, "pictures"));
        await File.WriteAllBytesAsync(Path.Combine(folder.FullName, "chart.png"), message.Photo);
    }

    [Fact]
    public async Task What_somebody_asked_for_is_told_when_it_happens_and_changed_in_place_when_it_did_not()
    {
        await using var bot = place.Bot();
        await using var alerts = new HostedServices(builder => builder.AddAlerts(), place.Surroundings.Environment);
        await place.AskAsync(4, "/start");
        Assert.Contains("SBER", (await place.AskAsync(4, "/alert SBER > 310")).Text, StringComparison.Ordinal);
        Assert.Contains("310", (await place.AskAsync(4, "/alerts")).Text, StringComparison.Ordinal);
        Assert.Contains("'about'", (await place.AskAsync(4, "/alert SBER about 310")).Text, StringComparison.Ordinal);

        // It closes after the rule was made, however long that took.
        var minute = Interval.OneMinute.Align(TimeProvider.System.GetUtcNow());
        await place.SayAsync(minute, 311);
        var told = await Eventually.SeeAsync(
            () => place.World.Chats.MessagesOf(4)[^1], message => message.Text.Contains("311", StringComparison.Ordinal));
        await place.SayAsync(minute, 309);

        var changed = await Eventually.SeeAsync(() => place.World.Chats.MessagesOf(4)[^1], message => message.Edits == 1);
        Assert.Equal(told.MessageId, changed.MessageId);
        Assert.Contains("Withdrawn", changed.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whoever_is_the_bot_next_says_nothing_twice_and_nothing_is_lost_meanwhile()
    {
        await using (var first = place.Bot())
        {
            await place.AskAsync(5, "/start");
            await place.SayAsync(place.EventOf(BotPlace.OwnerOf(5), 100));
            await Eventually.TrueAsync(() => place.World.Chats.MessagesOf(5).Count == 2);
        }
        await place.SayAsync(place.EventOf(BotPlace.OwnerOf(5), 100) with { IsWithdrawn = true });
        await place.SayAsync(place.EventOf(BotPlace.OwnerOf(5), 101));

        await using var second = place.Bot();
        await using var third = place.Bot();
        await Eventually.TrueAsync(() => place.World.Chats.MessagesOf(5).Count == 3 && place.World.Chats.MessagesOf(5)[1].Edits == 1);
        await place.AskAsync(5, "/help");

        Assert.Equal(4, place.World.Chats.MessagesOf(5).Count);
    }

    [Fact]
    public async Task It_waits_when_it_is_told_to_and_survives_whatever_Telegram_does()
    {
        await using var bot = place.Bot();
        await place.AskAsync(6, "/start");
        foreach (var kind in new[]
            { TelegramFaultKind.TooMany, TelegramFaultKind.Conflict, TelegramFaultKind.Away, TelegramFaultKind.Html, TelegramFaultKind.Disconnect })
        {
            var before = place.World.Requests;
            place.World.Faults.Set(new TelegramFault { Kind = kind });
            await place.SayAsync(place.EventOf(BotPlace.OwnerOf(6), 200 + (int)kind));
            await Eventually.TrueAsync(() => place.World.Requests > before + 1);
            place.World.Faults.Set();
        }

        await Eventually.SeeAsync(
            () => place.World.Chats.MessagesOf(6).Count(message => message.Text.Contains("🔔", StringComparison.Ordinal)), count => count == 5);
        Assert.NotEmpty((await place.AskAsync(6, "/help")).Text);
    }

    [Fact]
    public async Task Who_shuts_the_bot_out_is_left_alone_until_he_begins_anew()
    {
        await using var bot = place.Bot();
        await place.AskAsync(8, "/start");
        place.World.Chats.Block(8);
        await place.SayAsync(place.EventOf(BotPlace.OwnerOf(8), 300));
        var refused = await Eventually.SeeAsync(() => place.World.Requests, count => count > 0);
        await place.SayAsync(place.EventOf(BotPlace.OwnerOf(8), 301));
        Assert.True(refused > 0);

        place.World.Chats.Block(8, isBlocked: false);
        await place.AskAsync(8, "/start");
        await place.SayAsync(place.EventOf(BotPlace.OwnerOf(8), 302));

        await Eventually.SeeAsync(() => place.World.Chats.MessagesOf(8)[^1].Text, text => text.Contains("🔔", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_code_links_a_chat_once()
    {
        await using var bot = place.Bot();
        await place.LinkAsync("ABCD2345", "anna");

        Assert.Contains("linked", (await place.AskAsync(9, "/start abcd2345")).Text, StringComparison.Ordinal);
        await place.AskAsync(10, "/start");
        Assert.Contains("no such code", (await place.AskAsync(10, "/link ABCD2345")).Text, StringComparison.Ordinal);
        await place.SayAsync(place.EventOf("anna", 400));

        await Eventually.SeeAsync(() => place.World.Chats.MessagesOf(9)[^1].Text, text => text.Contains("🔔", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Only_chats_that_are_allowed_are_answered()
    {
        await using var bot = place.Bot(("TELEGRAM_ALLOWED", "11"));

        place.World.Chats.Say(12, "/start");
        await place.AskAsync(11, "/start");

        Assert.Empty(place.World.Chats.MessagesOf(12));
    }
}
