using System.Text.Json;
using StockPipeline.Contracts.Tasks;
using StockPipeline.SchemaRegistry.Codecs;
using StockPipeline.Streaming;
using StockPipeline.Streaming.Producing;
using StockPipeline.Streaming.Tables;
using StockPipeline.TaskBoard;
using StockPipeline.Tasks;
using StockPipeline.Tasks.Kinds;

namespace StockPipeline.TaskApi;

/// <summary>
/// Tasks and schedules as one door offers them: accepts, shows, cancels. All it knows it has read from the topics, so any number of doors know the
/// same, and none has to be the one that was asked.
/// </summary>
public sealed class TaskDesk
{
    /// <summary>How long a request waits for Kafka.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Characters of a result that stands in a list of tasks; longer ones are asked for one by one.</summary>
    internal const int MaxListedResult = 1_024;

    private readonly TaskLimits limits;
    private readonly TimeProvider clock;
    private readonly TaskTable table;
    private readonly ProgressTable progress;

    private TaskDesk(
        TaskTable table, ProgressTable progress, ScheduleTable schedules, TaskWriters writers, TaskResults results,
        IReadOnlyList<TaskKind> kinds, TaskLimits limits, TaskFeed feed, TimeProvider clock)
    {
        this.table = table;
        this.progress = progress;
        this.limits = limits;
        this.clock = clock;
        Schedules = new ScheduleDesk(schedules, table, writers, kinds, limits, clock);
        Writers = writers;
        Results = results;
        Kinds = kinds;
        Feed = feed;
        running = cancellationToken => Task.WhenAll(
            table.RunAsync(cancellationToken), progress.RunAsync(cancellationToken), schedules.RunAsync(cancellationToken));
    }

    private readonly Func<CancellationToken, Task> running;

    /// <summary>Tells sockets.</summary>
    public TaskFeed Feed { get; }

    /// <summary>Over when every task is known; until then nothing can be asked.</summary>
    public Task Ready => table.Complete;

    internal ScheduleDesk Schedules { get; }

    internal IReadOnlyList<TaskKind> Kinds { get; }

    internal TaskResults Results { get; }

    private TaskWriters Writers { get; }

    public static async Task<TaskDesk> OpenAsync(
        KafkaClient kafka, PipelineCodecs codecs, IReadOnlyList<TaskKind> kinds, TaskLimits limits, TimeProvider clock,
        CancellationToken cancellationToken)
    {
        var writers = await TaskWriters.OpenAsync(kafka, codecs, cancellationToken);
        var feed = new TaskFeed();
        var table = new TaskTable(kafka, writers.Decoder, feed);
        var progress = new ProgressTable(kafka, await codecs.TaskProgressAsync(cancellationToken), table, feed, clock);
        var schedules = new ScheduleTable(kafka, await codecs.SchedulesAsync(cancellationToken), TableAssignment.All);
        var results = new TaskResults(kafka, writers.Decoder, await codecs.TaskChunksAsync(cancellationToken));
        return new TaskDesk(table, progress, schedules, writers, results, kinds, limits, feed, clock);
    }

    /// <summary>Reads until stop is asked for.</summary>
    public Task RunAsync(CancellationToken cancellationToken) => running(cancellationToken);

    /// <summary>A frame for the socket of the task's owner: what GET says of it; null where it is not known any more.</summary>
    public byte[]? Frame(string owner, string id) => Frame(owner, id, out _);

    /// <summary>The same, and whether it is the last there will be of this task.</summary>
    public byte[]? Frame(string owner, string id, out bool isLast)
    {
        isLast = false;
        if (table.Find(id) is not { } entry || entry.State.Owner != owner)
            return null;
        isLast = TaskLife.IsOver(entry.State.Stage);
        return JsonSerializer.SerializeToUtf8Bytes(new TaskFrame("task", View(entry)), TaskApiJson.Default.TaskFrame);
    }

    /// <summary>What a socket is told first, oldest first: the tasks of the owner that have not ended, and the newest of all.</summary>
    /// <param name="owner">Whose.</param>
    /// <param name="newest">How many, whatever has become of them.</param>
    public IReadOnlyList<string> BeginningOf(string owner, int newest) =>
        [.. table.OfOwner(owner, null, newest).Concat(table.UnfinishedOf(owner)).Select(entry => entry.State).DistinctBy(state => state.Id)
            .OrderBy(state => state.Created).Select(state => state.Id)];

    internal async Task<TaskView> StartAsync(string owner, TaskRequest request, string? key, CancellationToken cancellationToken)
    {
        var queued = Read(owner, request, key);
        if (table.Find(queued.Id) is { } known)
            return View(Same(known, queued));
        Refuse(owner);
        using var late = new CancellationTokenSource(Patience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, late.Token);
        try
        {
            using var expectation = table.Expect(queued);
            await Writers.SayAsync(queued, either.Token);
            var verdict = await expectation.Verdict.WaitAsync(either.Token);
            var entry = table.Find(queued.Id)!;
            // Where another door was first, the log has decided: its record counts, and where ours was another request it is said again.
            if (entry.State.Digest != queued.Digest)
                await Writers.SayAsync(entry.State, either.Token);
            Same(entry, queued);
            if (verdict == TaskVerdict.Accepted)
                await Writers.OrderAsync(queued, either.Token);
            return View(entry);
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested)
        {
            throw Unavailable();
        }
        catch (DeliveryFailedException)
        {
            throw Unavailable();
        }
    }

    internal async Task<TaskView> CancelAsync(string owner, string id, CancellationToken cancellationToken)
    {
        var entry = await FindAsync(owner, id, cancellationToken);
        if (TaskLife.IsOver(entry.State.Stage))
            return View(entry);
        var now = clock.Now();
        await Writers.CancelAsync(id, now, cancellationToken).WaitAsync(Patience, clock, cancellationToken);
        // What no worker has begun ends at once; where one is just beginning, the log decides, and the worker has heard.
        if (entry.State.Stage != TaskStage.Running)
            await Writers.SayAsync(TaskLife.Cancelled(entry.State, now), cancellationToken).WaitAsync(Patience, clock, cancellationToken);
        return View(table.Find(id) ?? entry);
    }

    /// <summary>The owner's task; one that was started a moment ago through another door is waited for.</summary>
    internal async Task<TaskEntry> FindAsync(string owner, string id, CancellationToken cancellationToken)
    {
        const int tries = 10;
        for (var tried = 0; TaskId.IsValid(id); tried++)
        {
            if (table.Find(id) is { } entry)
            {
                if (entry.State.Owner == owner)
                    return entry;
                break;
            }
            if (tried == tries)
                break;
            await Task.Delay(TimeSpan.FromMilliseconds(100), clock, cancellationToken);
        }
        throw RequestRefused.NotFound($"There is no task {id} of yours.");
    }

    internal TaskPage List(string owner, string? state, int limit, (long, string)? before)
    {
        var found = new List<TaskEntry>();
        var place = before;
        while (found.Count <= limit)
        {
            var page = table.OfOwner(owner, place, limit + 1);
            if (page.Count == 0)
                break;
            found.AddRange(page.Where(entry => state is null || NameOf(entry.State.Stage) == state));
            place = PlaceOf(page[^1]);
        }
        var shown = found.Take(limit).ToList();
        return new TaskPage([.. shown.Select(entry => View(entry, MaxListedResult))], found.Count > limit ? Cursor.Write(PlaceOf(shown[^1])) : null);
    }

    internal TaskView View(TaskEntry entry, int maxResult = int.MaxValue)
    {
        var state = entry.State;
        var seen = progress.Of(state);
        return new TaskView(
            state.Id, state.Kind, state.Tag, state.Schedule, state.Slot, NameOf(state.Stage),
            seen is null ? null : new ProgressView(seen.Done, seen.Total > 0 ? seen.Total : null, seen.Text),
            state.Attempt, Parse(state.Parameters), state.Created, state.Started, state.Ended, state.Deadline, state.RetryAt,
            state.ErrorCode is { } code ? new ErrorView(code, state.ErrorText ?? string.Empty) : null,
            state.Result is { } result && result.Length <= maxResult ? Parse(result) : null,
            state.Place is { } place ? new FileView(place.FileName, place.ContentType, place.Bytes) : null,
            new LinksView($"/api/tasks/{state.Id}", $"/api/tasks/{state.Id}/result"));
    }

    internal static string NameOf(TaskStage stage) => JsonNamingPolicy.CamelCase.ConvertName(stage.ToString());

    private static (long, string) PlaceOf(TaskEntry entry) => (entry.State.Created.ToUnixTimeMilliseconds(), entry.State.Id);

    internal static JsonElement Parse(string json)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.Clone();
    }

    private static RequestRefused Unavailable() =>
        new(503, "kafka-unavailable", "Kafka does not answer; ask again with the same Idempotency-Key.") { RetryAfter = Patience };

    private static TaskEntry Same(TaskEntry known, TaskState asked) => known.State.Digest == asked.Digest
        ? known
        : throw new RequestRefused(
            422, "key-reused", "This Idempotency-Key stands for another request already.",
            [new FieldProblem("/", "differs from what was asked before")]);

    private TaskState Read(string owner, TaskRequest request, string? key)
    {
        var problems = new List<FieldProblem>();
        var kind = Kinds.FirstOrDefault(one => one.Name == request.Type);
        if (kind is null)
            throw RequestRefused.Invalid([new FieldProblem("/type", $"one of {string.Join(", ", Kinds.Select(one => one.Name))} is expected")]);
        problems.AddRange(kind.Read(request.Params, "/params", out var parameters));
        if (parameters.Length > limits.MaxParameters)
            problems.Add(new FieldProblem("/params", $"is longer than {limits.MaxParameters} characters"));
        if (request.Tag is { } tag && tag.Length > limits.MaxTag)
            problems.Add(new FieldProblem("/tag", $"is longer than {limits.MaxTag} characters"));
        if (request.Timeout is { } seconds && !(seconds >= limits.ShortestTimeout.TotalSeconds && seconds <= limits.LongestTimeout.TotalSeconds))
        {
            problems.Add(new FieldProblem(
                "/timeout", $"seconds from {limits.ShortestTimeout.TotalSeconds} to {limits.LongestTimeout.TotalSeconds} are expected"));
        }
        if (problems.Count > 0)
            throw RequestRefused.Invalid(problems);
        var now = clock.Now();
        var timeout = request.Timeout is { } given ? TimeSpan.FromSeconds(Math.Ceiling(given)) : kind.Timeout;
        return new TaskState
        {
            Id = key is null ? TaskId.New(now) : TaskId.OfKey(owner, key), Owner = owner, Kind = kind.Name, Parameters = parameters,
            Digest = CanonicalJson.Digest(kind.Name, parameters), Tag = request.Tag, Stage = TaskStage.Queued, Attempt = 1, Created = now,
            Deadline = now + timeout,
        };
    }

    /// <summary>Two doors may each let one pass at the same moment; that is accepted.</summary>
    private void Refuse(string owner)
    {
        var now = clock.GetUtcNow();
        var (open, oldest) = table.LoadOf(owner, now - TimeSpan.FromHours(1), limits.MaxPerHour);
        if (open >= limits.MaxOpen)
        {
            throw new RequestRefused(429, "too-many-open", $"{open} of your tasks have not ended; at most {limits.MaxOpen} may be open.")
            {
                RetryAfter = TimeSpan.FromSeconds(5),
            };
        }
        if (oldest is { } first)
        {
            throw new RequestRefused(
                429, "too-many-started", $"You have started {limits.MaxPerHour} tasks within an hour, which is all that are allowed.")
            {
                RetryAfter = first + TimeSpan.FromHours(1) - now,
            };
        }
    }
}
