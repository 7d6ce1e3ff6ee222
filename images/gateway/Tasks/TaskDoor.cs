using StockPipeline.Gateway.People;
using StockPipeline.TaskApi;
using StockPipeline.Tasks;
using StockPipeline.Tasks.Kinds;
using StockPipeline.Workers;

namespace StockPipeline.Gateway.Tasks;

/// <summary>Tasks and schedules as the gateway offers them: REST and sockets, each person and program with those of its own.</summary>
internal sealed class TaskDoor(TaskDesk desk, Gatekeeper gatekeeper) : ITaskCaller
{
    /// <summary>Whose the tasks are where there are no accounts. No account has this name: it is no name that one may have.</summary>
    private const string LocalUser = "";

    public TaskDesk Desk => desk;

    /// <summary>Why nothing can be asked yet; nothing once it can.</summary>
    public string? NotReady => desk.Ready.IsCompletedSuccessfully ? null : "the tasks are being read";

    public static async Task<TaskDoor> OpenAsync(
        PipelineClient client, Gatekeeper gatekeeper, TaskLimits limits, TimeProvider clock, CancellationToken cancellationToken) =>
        new(await TaskDesk.OpenAsync(client.Kafka, client.Codecs, TaskKinds.All, limits, clock, cancellationToken), gatekeeper);

    public static string OwnerOf(Principal who) => who.Name ?? LocalUser;

    public void Map(IEndpointRouteBuilder routes) => routes.MapTasks(desk, this);

    /// <summary>Reads until stop is asked for.</summary>
    public Task RunAsync(CancellationToken cancellationToken) => desk.RunAsync(cancellationToken);

    public string OwnerOf(HttpContext context) => OwnerOf(Who(context));

    public async ValueTask<bool> IsAdminAsync(HttpContext context) =>
        gatekeeper.Mode != AuthMode.Password
        || (Who(context).Name is { } name && await gatekeeper.Accounts!.IsAdminAsync(name, context.RequestAborted));

    private static Principal Who(HttpContext context) => (Principal)context.Items[typeof(Principal)]!;
}
