using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using StockPipeline.Testing;

namespace StockPipeline.GatewayTests.Service;

/// <summary>Tasks and schedules through gateways, with a worker behind them.</summary>
[Collection(GatewayCollection.Name)]
public sealed class TaskTests(GatewaySite site) : IAsyncLifetime
{
    private const string Listen = """{"op":"subscribe","subs":[{"sub":1,"stream":"tasks"}]}""";

    private static object Day => new { interval = "1-min", from = "2026-11-20", to = "2026-11-21" };

    public Task InitializeAsync() => site.WorkAsync();

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task Asked_of_two_gateways_at_once_under_one_key_it_is_one_task_and_its_end_is_said_once_to_each_tab()
    {
        var second = await site.SecondAsync();
        using var tab = await Wire.OpenAsync(site.Port);
        using var sameDoor = await Wire.OpenAsync(site.Port);
        using var otherDoor = await Wire.OpenAsync(second);
        Wire[] tabs = [tab, sameDoor, otherDoor];
        foreach (var one in tabs)
            await one.SayAsync(Listen);

        var answers = await Task.WhenAll(
            Enumerable.Range(0, 10).Select(number => AskAsync("completeness", Day, number % 2 == 0 ? site.Port : second, "monday")));
        var (refusal, problem) = await AskAsync("completeness", new { interval = "5-min" }, second, "monday");

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.Accepted, answer.Status));
        var id = Assert.Single(answers.Select(answer => IdOf(answer.Body)).Distinct());
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "key-reused"), (refusal, problem.GetProperty("code").GetString()));
        foreach (var one in tabs)
            await one.UntilAsync(frame => Wire.IsEnd(frame, id));
        // What is said twice of the first is said before one that begins after its end has ended as well.
        var (_, last) = await AskAsync("completeness", Day, second, "tuesday");
        foreach (var one in tabs)
            Assert.DoesNotContain(await one.UntilAsync(frame => Wire.IsEnd(frame, IdOf(last))), frame => Wire.IsEnd(frame, id));
    }

    [Fact]
    public async Task What_is_asked_for_at_the_beginning_of_a_socket_comes_before_its_mark()
    {
        var (_, task) = await AskAsync("completeness", Day);
        await SeeAsync(IdOf(task), "succeeded");
        using var tab = await Wire.OpenAsync(site.Port);

        await tab.SayAsync("""{"op":"subscribe","subs":[{"sub":1,"stream":"tasks","last":5},{"sub":2,"stream":"tasks","last":5000}]}""");

        var told = await tab.UntilAsync(one => Wire.TypeOf(one) == "mark");
        Assert.Contains(told, one => Wire.IsEnd(one, IdOf(task)));
        Assert.Equal("""[{"sub":2,"code":"bad-start"}]""", told[0].GetProperty("errors").GetRawText());
    }

    [Fact]
    public async Task A_file_is_downloaded_and_a_result_that_is_not_there_yet_is_said_so()
    {
        var (_, export) = await AskAsync("export", new { interval = "1-min", format = "csv", instruments = new[] { "YDEX" } });
        var (_, waiting) = await AskAsync("backfill", new { instrument = "YDEX", interval = "1-min", from = "2026-11-20" });
        await SeeAsync(IdOf(export), "succeeded");

        using var file = await site.Http.GetAsync(site.Url($"/api/tasks/{IdOf(export)}/result"));
        using var early = await site.Http.GetAsync(site.Url($"/api/tasks/{IdOf(waiting)}/result"));
        using var cancelled = await site.Http.DeleteAsync(site.Url($"/api/tasks/{IdOf(waiting)}"));

        var lines = (await file.Content.ReadAsStringAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(GatewaySite.Minutes + 1, lines.Length);
        Assert.Equal("candles-1-min.csv", file.Content.Headers.ContentDisposition!.FileName!.Trim('"'));
        Assert.Equal((HttpStatusCode.Conflict, HttpStatusCode.Accepted), (early.StatusCode, cancelled.StatusCode));
        await SeeAsync(IdOf(waiting), "cancelled");
    }

    [Fact]
    public async Task What_is_wrong_is_pointed_to_and_the_document_of_the_interface_has_the_tasks()
    {
        var (status, problem) = await AskAsync("backfill", new { interval = "hourly", from = "2026-11-20", until = "2026-11-21" });
        using var notJson = await site.Http.PostAsync(site.Url("/api/tasks"), new StringContent("type=export"));
        var document = await GetAsync("/openapi/v1.json");

        Assert.Equal(HttpStatusCode.UnprocessableEntity, status);
        Assert.Equal(
            ["/params/instrument", "/params/interval", "/params/until"],
            problem.GetProperty("errors").EnumerateArray().Select(one => one.GetProperty("pointer").GetString()).Order(StringComparer.Ordinal));
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, notJson.StatusCode);
        var start = document.GetProperty("paths").GetProperty("/api/tasks").GetProperty("post");
        Assert.Equal("Idempotency-Key", start.GetProperty("parameters")[0].GetProperty("name").GetString());
        Assert.True(start.GetProperty("requestBody").GetProperty("content").TryGetProperty("application/json", out _));
        Assert.True(start.GetProperty("responses").TryGetProperty("202", out _));
        Assert.True(document.GetProperty("paths").TryGetProperty("/api/schedules/{name}/run", out _));
    }

    [Fact]
    public async Task A_schedule_says_when_it_is_due_can_be_switched_off_and_started_by_hand()
    {
        var nightly = new { type = "completeness", @params = Day, cron = "30 3 * * *", zone = "Europe/Moscow" };

        using var made = await site.Http.PutAsJsonAsync(site.Url("/api/schedules/nightly"), nightly);
        using var run = await Eventually.SeeAsync(
            () => site.Http.PostAsync(site.Url("/api/schedules/nightly/run"), null), answer => answer.StatusCode == HttpStatusCode.Accepted);
        var task = await run.Content.ReadFromJsonAsync<JsonElement>();
        await SeeAsync(IdOf(task), "succeeded");
        using var off = await site.Http.PutAsJsonAsync(
            site.Url("/api/schedules/nightly"), new { nightly.type, nightly.@params, nightly.cron, nightly.zone, enabled = false });
        using var wrong = await site.Http.PutAsJsonAsync(site.Url("/api/schedules/wrong"), new { nightly.type, nightly.@params, cron = "every day" });
        using var removed = await site.Http.DeleteAsync(site.Url("/api/schedules/nightly"));

        var next = (await made.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("next").GetDateTimeOffset();
        Assert.Equal((0, 30), (next.Hour, next.Minute));
        Assert.Equal("schedule nightly", task.GetProperty("tag").GetString());
        Assert.False((await off.Content.ReadFromJsonAsync<JsonElement>()).TryGetProperty("next", out _));
        Assert.Equal((HttpStatusCode.UnprocessableEntity, HttpStatusCode.NoContent), (wrong.StatusCode, removed.StatusCode));
    }

    private async Task<(HttpStatusCode Status, JsonElement Body)> AskAsync(string type, object parameters, int? port = null, string? key = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, site.Url("/api/tasks", port))
        {
            Content = JsonContent.Create(new { type, @params = parameters }),
        };
        if (key is not null)
            request.Headers.Add("Idempotency-Key", key);
        using var answer = await site.Http.SendAsync(request);
        return (answer.StatusCode, await answer.Content.ReadFromJsonAsync<JsonElement>());
    }

    private Task<JsonElement> SeeAsync(string id, string state) => Eventually.SeeAsync(
        () => GetAsync($"/api/tasks/{id}"), task => task.GetProperty("state").GetString() == state, promise: $"task {id} is {state}");

    private async Task<JsonElement> GetAsync(string path)
    {
        using var document = JsonDocument.Parse(await site.Http.GetStringAsync(site.Url(path)));
        return document.RootElement.Clone();
    }

    private static string IdOf(JsonElement task) => task.GetProperty("id").GetString()!;
}
