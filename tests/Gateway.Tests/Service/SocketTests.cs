using System.Net.WebSockets;
using System.Text.Json;
using StockPipeline.Testing;

namespace StockPipeline.GatewayTests.Service;

[Collection(GatewayCollection.Name)]
public sealed class SocketTests(GatewaySite site)
{
    private const string Chart = """{"id":1,"op":"subscribe","subs":[{"sub":1,"stream":"candles","figi":"YDEX","interval":"1-min","last":5}]}""";

    [Fact]
    public async Task Many_series_come_over_one_socket_each_with_its_snapshot_and_mark()
    {
        using var wire = await Wire.OpenAsync(site.Port);

        await wire.SayAsync("""
            {"id":"a","op":"subscribe","subs":[{"sub":1,"stream":"candles","figi":"YDEX","interval":"1-min","last":5},
             {"sub":2,"stream":"macd","ticker":"YDEX","interval":"1-min","last":3},{"sub":3,"stream":"board","interval":"1-min"},
             {"sub":4,"stream":"none","figi":"YDEX","interval":"1-min"},{"sub":1,"stream":"macd","figi":"YDEX","interval":"1-min"}]}
            """);
        var seen = new List<JsonElement>();
        while (seen.Count(one => Wire.TypeOf(one) == "mark") < 2 || !seen.Any(one => one.TryGetProperty("rows", out _)))
            seen.Add((await wire.NextAsync())!.Value);

        Assert.Equal("""[{"sub":4,"code":"unknown-stream"},{"sub":1,"code":"sub-taken"}]""", seen[0].GetProperty("errors").GetRawText());
        Assert.Equal((5, 3), (Rows(seen, 1).Count, Rows(seen, 2).Count));
        Assert.Equal(["figi", "last"], seen.First(one => Wire.TypeOf(one) == "board").GetProperty("columns").EnumerateArray().Take(2)
            .Select(column => column.GetString()));
    }

    [Fact]
    public async Task All_instruments_are_one_subscription()
    {
        using var wire = await Wire.OpenAsync(site.Port);

        await wire.SayAsync("""{"op":"subscribe","subs":[{"sub":9,"stream":"candles","figi":"*","interval":"1-min","last":1}]}""");
        var seen = await wire.UntilAsync(one => Wire.TypeOf(one) == "mark");

        Assert.Equal(["SBER", "YDEX"], Rows(seen, 9).Select(row => row.GetProperty("ticker").GetString()).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_client_of_a_killed_gateway_goes_on_at_another_with_what_it_missed()
    {
        var (first, second) = (FreePorts.Take(1)[0], site.Port);
        await using var dying = await site.StartAsync(first);
        using var before = await Wire.OpenAsync(first);
        await before.SayAsync("""{"op":"subscribe","subs":[{"sub":1,"stream":"candles","figi":"SBER","interval":"1-min","last":400}]}""");
        var position = (await before.UntilAsync(one => Wire.TypeOf(one) == "mark"))[^1].GetProperty("pos").GetString();
        await site.SayAsync(GatewaySite.Sber, 7, 777, epoch: 1);
        await site.WithdrawAsync(GatewaySite.Sber, 8);
        dying.Signal(ChildProcess.Kill);

        using var after = await Wire.OpenAsync(second);
        await after.SayAsync($$$"""
            {"op":"subscribe","subs":[{"sub":1,"stream":"candles","figi":"SBER","interval":"1-min","pos":"{{{position}}}"}]}
            """);
        var seen = await after.UntilAsync(one => Wire.TypeOf(one) == "removed");

        Assert.Equal(777, Assert.Single(Rows(seen, 1)).GetProperty("close").GetDouble());
        await site.SayAsync(GatewaySite.Sber, 8, 308);
    }

    [Fact]
    public async Task A_position_of_another_topic_is_reset_aloud()
    {
        using var wire = await Wire.OpenAsync(site.Port);

        await wire.SayAsync("""{"op":"subscribe","subs":[{"sub":1,"stream":"candles","figi":"YDEX","interval":"1-min","last":2,"pos":"x.5.1"}]}""");
        var seen = await wire.UntilAsync(one => Wire.TypeOf(one) == "mark");

        Assert.Contains(seen, one => Wire.TypeOf(one) == "reset");
        Assert.Equal(2, Rows(seen, 1).Count);
    }

    [Fact]
    public async Task Pages_of_other_origins_may_not_listen()
    {
        var refused = await Assert.ThrowsAsync<WebSocketException>(() => Wire.OpenAsync(site.Port, "https://evil.example"));

        Assert.Contains("403", refused.Message, StringComparison.Ordinal);
        using var own = await Wire.OpenAsync(site.Port, $"http://127.0.0.1:{site.Port}");
        await own.SayAsync(Chart);
        Assert.NotNull(await own.NextAsync());
    }

    [Theory]
    [InlineData("what?", 4004)]
    [InlineData("[1]", 4004)]
    [InlineData("""{"subs":[]}""", 4004)]
    public async Task What_is_not_understood_ends_its_own_socket_with_a_code_and_no_other(string text, int code)
    {
        using var bystander = await Wire.OpenAsync(site.Port);
        await bystander.SayAsync(Chart);
        await bystander.UntilAsync(one => Wire.TypeOf(one) == "mark");
        using var hostile = await Wire.OpenAsync(site.Port);

        await hostile.SayAsync(text);
        while (await hostile.NextAsync() is not null)
        {
        }

        Assert.Equal(code, hostile.Closed);
        await bystander.SayAsync("""{"id":5,"op":"ping"}""");
        Assert.Equal(5, (await bystander.UntilAsync(one => Wire.TypeOf(one) == "pong"))[^1].GetProperty("id").GetInt32());
    }

    [Fact]
    public async Task Too_much_has_a_code_of_its_own()
    {
        using var large = await Wire.OpenAsync(site.Port);
        await large.SayAsync(new string(' ', 70_000));
        Assert.Null(await large.NextAsync());
        Assert.Equal(1009, large.Closed);

        using var binary = await Wire.OpenAsync(site.Port);
        await binary.SayAsync("{}", WebSocketMessageType.Binary);
        Assert.Null(await binary.NextAsync());
        Assert.Equal(1003, binary.Closed);

        using var fast = await Wire.OpenAsync(site.Port);
        for (var i = 0; i < 30; i++)
            await fast.SayAsync("""{"op":"ping"}""");
        while (await fast.NextAsync() is not null)
        {
        }
        Assert.Equal(4013, fast.Closed);
    }

    [Fact]
    public async Task One_subscription_more_than_allowed_is_refused_and_those_there_are_go_on()
    {
        using var wire = await Wire.OpenAsync(site.Port);
        var subs = string.Join(',', Enumerable.Range(1, 600)
            .Select(i => $$"""{"sub":{{i}},"stream":"macd","figi":"YDEX","interval":"1-min","last":0}"""));

        await wire.SayAsync($$"""{"op":"subscribe","subs":[{{subs}}]}""");
        var ack = (await wire.NextAsync())!.Value;

        Assert.Equal(88, ack.GetProperty("errors").GetArrayLength());
        Assert.Equal("too-many-subscriptions", ack.GetProperty("errors")[0].GetProperty("code").GetString());
        Assert.Equal(512, (await wire.UntilAsync(one => Wire.TypeOf(one) == "mark" && one.GetProperty("sub").GetInt32() == 512))
            .Count(one => Wire.TypeOf(one) == "mark"));
    }

    private static List<JsonElement> Rows(List<JsonElement> seen, int sub) =>
    [
        .. seen.Where(one => Wire.TypeOf(one) is null && one.TryGetProperty("sub", out var of) && of.GetInt32() == sub
            && one.TryGetProperty("time", out _)),
    ];
}
