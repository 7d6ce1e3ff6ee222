using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using StockPipeline.TaskApi;
using StockPipeline.Tasks;
using StockPipeline.Testing;
using StockPipeline.Workers;

namespace StockPipeline.TasksTests.Support;

/// <summary>A door of our own with nothing behind it but tasks: who asks stands in a header.</summary>
internal sealed class TaskDoor : ITaskCaller, IAsyncDisposable
{
    private const string OwnerHeader = "X-Owner";

    private readonly WebApplication web;
    private readonly CancellationTokenSource stop = new();
    private readonly Task running;
    private readonly HttpClient http;

    private TaskDoor(TaskDesk desk)
    {
        Desk = desk;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        web = builder.Build();
        web.MapTasks(desk, this);
        running = desk.RunAsync(stop.Token);
        http = new HttpClient();
    }

    public TaskDesk Desk { get; }

    public static async Task<TaskDoor> OpenAsync(PipelineClient client, TaskLimits? limits = null)
    {
        var desk = await TaskDesk.OpenAsync(
            client.Kafka, client.Codecs, TestKinds.All, limits ?? TaskLimits.Default with { MaxOpen = 10_000, MaxPerHour = 10_000 },
            TimeProvider.System, default);
        var door = new TaskDoor(desk);
        await door.web.StartAsync();
        door.http.BaseAddress = new Uri(door.web.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        await desk.Ready;
        return door;
    }

    public async Task<HttpResponseMessage> SendAsync(
        HttpMethod method, string path, string owner, object? body = null, string? key = null, bool admin = false)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Headers.Add(OwnerHeader, owner);
        if (admin)
            request.Headers.Add("X-Admin", "yes");
        if (key is not null)
            request.Headers.Add("Idempotency-Key", key);
        if (body is not null)
            request.Content = JsonContent.Create(body);
        return await http.SendAsync(request);
    }

    /// <summary>Starts a task that is accepted; gives its id.</summary>
    public async Task<string> StartAsync(string owner, string type, object parameters, string? key = null)
    {
        using var response = await SendAsync(HttpMethod.Post, "/api/tasks", owner, new { type, @params = parameters }, key);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True((int)response.StatusCode == 202, text);
        return JsonDocument.Parse(text).RootElement.GetProperty("id").GetString()!;
    }

    public async Task<JsonElement> GetAsync(string owner, string path)
    {
        using var response = await SendAsync(HttpMethod.Get, path, owner);
        return JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement.Clone();
    }

    /// <summary>Waits until the task is in a state.</summary>
    public async Task<JsonElement> SeeAsync(string owner, string id, string state)
    {
        return await Eventually.SeeAsync(() => GetAsync(owner, $"/api/tasks/{id}"), seen => seen.GetProperty("state").GetString() == state);
    }

    public string OwnerOf(HttpContext context) => context.Request.Headers[OwnerHeader].ToString();

    public ValueTask<bool> IsAdminAsync(HttpContext context) => ValueTask.FromResult(context.Request.Headers.ContainsKey("X-Admin"));

    public async ValueTask DisposeAsync()
    {
        await web.DisposeAsync();
        await stop.CancelAsync();
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        http.Dispose();
        stop.Dispose();
    }
}
