using System.Net;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using StockPipeline.Simulator.Telegram;
using StockPipeline.TelegramService.Chart;
using StockPipeline.Testing;

namespace StockPipeline.TelegramTests;

/// <summary>The simulated Bot API, as a framework that others wrote sees it.</summary>
public sealed class WorldTests
{
    [Fact]
    public async Task Grammy_runs_a_bot_at_the_simulated_Bot_API()
    {
        await using var world = new TelegramWorld(TimeProvider.System);
        await world.StartAsync(IPAddress.Loopback, 0, NullLoggerFactory.Instance, default);
        var picture = Convert.ToBase64String(new Canvas(40, 20, new Ink(1, 2, 3)).ToPng());
        var bot = NodeScripts.RunAsync("tests/Telegram.Tests/Node", "bot.mjs", [world.Endpoint.ToString(), picture]);

        world.Chats.Say(7, "/start abc");
        await Eventually.SeeAsync(() => world.Chats.MessagesOf(7), messages => messages.Count == 1);
        Assert.Equal("hello & welcome", world.Chats.MessagesOf(7)[0].Text);
        world.Chats.Press(7, world.Chats.MessagesOf(7)[0].MessageId, "answer:yes");
        await Eventually.SeeAsync(() => world.Chats.MessagesOf(7), messages => messages.Count == 2);
        world.Chats.Say(403, "hello");
        world.Chats.Block(403);
        world.Chats.Say(7, "/stop");
        var seen = JsonDocument.Parse(await bot).RootElement;

        Assert.Equal(("done", 1), (world.Chats.MessagesOf(7)[0].Text, world.Chats.MessagesOf(7)[0].Edits));
        Assert.Equal("abc", seen.GetProperty("commands")[0].GetString());
        Assert.Equal(40, seen.GetProperty("photo").GetInt32());
        Assert.Equal([400, 403, 429], seen.GetProperty("refused").EnumerateArray().Take(3).Select(code => code.GetInt32()));
        Assert.InRange(seen.GetProperty("refused")[3].GetInt32(), 1, 10);
    }

    [Fact]
    public async Task The_older_of_two_polls_is_ended()
    {
        await using var world = new TelegramWorld(TimeProvider.System);
        await world.StartAsync(IPAddress.Loopback, 0, NullLoggerFactory.Instance, default);
        using var http = new HttpClient { BaseAddress = world.Endpoint };

        var older = http.GetAsync("/bot1:a/getUpdates?timeout=50");
        await Eventually.TrueAsync(() => world.Requests == 1);
        var newer = http.GetAsync("/bot1:a/getUpdates?timeout=50");
        var ended = await older;
        world.Chats.Say(7, "hello");

        Assert.Equal(HttpStatusCode.Conflict, ended.StatusCode);
        Assert.Contains("hello", await (await newer).Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/bot1:a/sendMessage?chat_id=7&text=<b>open&parse_mode=HTML", 400)]
    [InlineData("/bot1:a/sendMessage?chat_id=7&text=", 400)]
    [InlineData("/bot1:a/nothing", 404)]
    [InlineData("/bot0:a/getMe", 401)]
    [InlineData("/bots", 404)]
    public async Task What_Telegram_refuses_is_refused(string call, int status)
    {
        await using var world = new TelegramWorld(TimeProvider.System);
        await world.StartAsync(IPAddress.Loopback, 0, NullLoggerFactory.Instance, default);
        world.Chats.Say(7, "hello");
        using var http = new HttpClient { BaseAddress = world.Endpoint };

        Assert.Equal(status, (int)(await http.GetAsync(call)).StatusCode);
    }
}
