using System.Net;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using StockPipeline.Testing;

namespace StockPipeline.GatewayTests.Service;

/// <summary>Clients of the gateway that came before, where they are let in.</summary>
[Collection(GatewayCollection.Name)]
public sealed class LegacyTests(GatewaySite site)
{
    [Fact]
    public async Task A_client_of_the_old_gateway_gets_its_number_the_newest_bars_and_the_sums_it_asks_for()
    {
        var port = await site.SecondAsync();
        using var named = await site.Http.PostAsync(site.Url("/authorize/", port), Json("""{"name":"anna"}"""));
        using var again = await site.Http.PostAsync(site.Url("/authorize/", port), Json("""{"name":"anna"}"""));
        using var nameless = await site.Http.PostAsync(site.Url("/authorize/", port), Json("[]"));
        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(new Uri($"ws://127.0.0.1:{port}/connect/websocket/1/tab/"), default).WaitAsync(Eventually.Patience);

        Assert.Equal("""{"user_id":1}""", await named.Content.ReadAsStringAsync());
        Assert.Equal("""{"user_id":1}""", await again.Content.ReadAsStringAsync());
        Assert.Equal(HttpStatusCode.UnprocessableEntity, nameless.StatusCode);
        var newest = await HearAsync(socket);
        Assert.Equal(["SBER", "YDEX"], newest.GetProperty("actual_data").EnumerateArray().Select(one => one.GetProperty("ticker").GetString()));
        await SayAsync(socket, "what?");
        await SayAsync(socket, """{"action":"something"}""");
        await SayAsync(socket, """{"action":"aggregate_data","aggregation_params":{"stock_id":"SBER","interval":"2h","user_id":1}}""");
        await SayAsync(socket, """{"action":"aggregate_data","aggregation_params":{"stock_id":2,"interval":"4h","user_id":1}}""");
        Assert.Contains("JSON", (await HearAsync(socket)).GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.Contains("1h, 4h, 1d, 3d, 10d", (await HearAsync(socket)).GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.Equal((1, 0), await HearAsync(socket) is var sum
            ? (sum.GetProperty("user_id").GetInt32(), sum.GetProperty("aggregation_result").GetArrayLength()) : default);
    }

    [Fact]
    public async Task Unless_it_is_said_its_paths_are_not_there()
    {
        using var answer = await site.Http.PostAsync(site.Url("/authorize/"), Json("""{"name":"anna"}"""));

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    private static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");

    private static Task SayAsync(ClientWebSocket socket, string text) =>
        socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, true, default);

    private static async Task<JsonElement> HearAsync(ClientWebSocket socket)
    {
        using var message = new MemoryStream();
        var buffer = new byte[4_096];
        WebSocketReceiveResult read;
        do
        {
            read = await socket.ReceiveAsync(buffer, default).WaitAsync(Eventually.Patience);
            message.Write(buffer, 0, read.Count);
        }
        while (!read.EndOfMessage);
        using var document = JsonDocument.Parse(message.ToArray());
        return document.RootElement.Clone();
    }
}
