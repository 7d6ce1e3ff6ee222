using StockPipeline.Contracts.Tasks;
using StockPipeline.Contracts.Topics;
using StockPipeline.Hosting.Telemetry;
using StockPipeline.Streaming;
using StockPipeline.Streaming.Groups;
using StockPipeline.Streaming.Producing;
using StockPipeline.TaskBoard;
using StockPipeline.Tasks;

namespace StockPipeline.TaskWorkers.Running;

/// <summary>
/// Takes orders as one member of the group <c>tasks</c>. A task is claimed by a record in <c>task-state</c> and begun when that record has been
/// read back and counts: of several who claim it, the log says who has it, and who comes after a dead worker claims the next run. What a worker
/// says of a run that was taken from it does not count.
/// </summary>
public sealed class TaskWorker(
    KafkaClient kafka, TaskTable table, TaskWriters writers, TaskResults results, Cancellations cancellations,
    IReadOnlyDictionary<string, ITaskRunner> runners, Gates gates, string name, Metrics metrics, TimeProvider clock, ILogger<TaskWorker> log)
{
    public const string Group = "tasks";

    /// <summary>Orders looked at together; how many of them work, the gates say.</summary>
    private const int MaxTaken = 512;

    /// <summary>Orders of one partition that do not wait for each other.</summary>
    private const int Lanes = 256;

    /// <summary>Claims that lost the race before an order is given up to whoever won it.</summary>
    private const int MaxClaims = 20;

    private readonly Labelled<Counter> ended = metrics.Counters(
        "stockpipeline_tasks_total", "Runs of tasks that ended here, by kind and what came of them.", "kind", "outcome");

    private readonly SizeHistogram durations = metrics.Histogram(
        "stockpipeline_task_seconds", "How long a run of a task took.", [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 60, 600]);

    public static GroupOptions Options { get; } = GroupOptions.Default with { Order = GroupOrder.ByKey, Lanes = Lanes, Workers = MaxTaken };

    /// <summary>Works until stop is asked for; begins when all states have been read.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await table.Complete.WaitAsync(cancellationToken);
        await kafka.ProcessGroup(Group, TaskTopics.Orders, writers.Decoder, HandleAsync, Options).RunAsync(cancellationToken);
    }

    private async ValueTask HandleAsync(GroupRecord<TaskState> record, CancellationToken taken)
    {
        var order = record.Value;
        runners.TryGetValue(order.Kind, out var runner);
        using var place = await gates.EnterAsync(runner?.Kind.Weight ?? Tasks.Kinds.TaskWeight.Light, taken);
        if (await ClaimAsync(order, taken) is not { } running)
            return;
        var began = clock.GetTimestamp();
        var (final, trouble) = await RunAsync(runner, running, taken);
        await writers.SayAsync(final, taken);
        ended.With(final.Kind, final.Stage.ToString()).Increment();
        durations.Observe(clock.GetElapsedTime(began));
        if (final.Stage != TaskStage.Failed)
            return;
        Log.TaskFailed(log, final.Id, final.Kind, final.ErrorCode!, final.ErrorText!);
        if (trouble is not null)
            throw new PoisonRecordException($"task {final.Id} ({final.Kind}): {trouble}");
    }

    private async Task<TaskState?> ClaimAsync(TaskState order, CancellationToken taken)
    {
        for (var tries = 0; tries < MaxClaims; tries++)
        {
            if (TaskLife.Claim(table.Find(order.Id)?.State, order, name, clock.Now()) is not { } claim)
                return null;
            using var expectation = table.Expect(claim);
            await writers.SayAsync(claim, taken);
            if (await expectation.Verdict.WaitAsync(taken) != TaskVerdict.Refused)
                return claim;
            // Our claim is now the last word of its key and is not true: what is true is said again.
            if (table.Find(order.Id) is { } known)
                await writers.SayAsync(await results.WholeAsync(known, taken), taken);
        }
        Log.ClaimLost(log, order.Id, MaxClaims);
        return null;
    }

    /// <returns>What became of the task, and what nobody foresaw: the order then belongs among the dead letters.</returns>
    private async Task<(TaskState Final, Exception? Trouble)> RunAsync(ITaskRunner? runner, TaskState running, CancellationToken taken)
    {
        if (runner is null)
            return (TaskLife.Failed(running, "unknown-kind", $"This worker knows no tasks of the kind {running.Kind}.", clock.Now()), null);
        using var cancelled = new CancellationTokenSource();
        var left = running.Deadline - clock.GetUtcNow();
        using var late = new CancellationTokenSource(left > TimeSpan.Zero ? left : TimeSpan.Zero, clock);
        using var any = CancellationTokenSource.CreateLinkedTokenSource(taken, cancelled.Token, late.Token);
        cancellations.Begin(running.Id, cancelled);
#pragma warning disable CA1031 // Nothing is swallowed: whatever a kind throws becomes the end of its task, and a dead letter.
        try
        {
            any.Token.ThrowIfCancellationRequested();
            var outcome = await runner.RunAsync(new TaskRun(running, writers, clock), any.Token);
            return (await SucceedAsync(running, outcome, any.Token), null);
        }
        catch (OperationCanceledException) when (taken.IsCancellationRequested)
        {
            throw;
        }
        catch (OperationCanceledException) when (cancelled.IsCancellationRequested)
        {
            return (TaskLife.Cancelled(running, clock.Now()), null);
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested)
        {
            return (TaskLife.Failed(running, "deadline", "It took longer than it was given.", clock.Now()), null);
        }
        catch (DeliveryFailedException)
        {
            throw;
        }
        catch (TaskFailedException refused)
        {
            return (TaskLife.Failed(running, refused.Code, refused.Message, clock.Now()), null);
        }
        catch (Exception trouble) when (IsTransient(trouble) && RetryPlan.After(running.Attempt) is { } pause)
        {
            Log.TaskWaits(log, running.Id, running.Kind, running.Attempt, pause, trouble.Message);
            return (TaskLife.Retrying(running, "transient", trouble.Message, clock.Now() + pause), null);
        }
        catch (Exception trouble)
        {
            return (TaskLife.Failed(running, IsTransient(trouble) ? "gave-up" : "internal", trouble.Message, clock.Now()), trouble);
        }
#pragma warning restore CA1031
        finally
        {
            cancellations.End(running.Id);
        }
    }

    private async Task<TaskState> SucceedAsync(TaskState running, TaskOutcome outcome, CancellationToken cancellationToken)
    {
        if (outcome.Json is not { } json || System.Text.Encoding.UTF8.GetByteCount(json) <= TaskLimits.MaxInlineResult)
            return TaskLife.Succeeded(running, outcome.Json, outcome.Place, clock.Now());
        await using var file = new ResultStream(writers.Chunks, running, "application/json", $"{running.Kind}.json");
        await file.WriteAsync(System.Text.Encoding.UTF8.GetBytes(json), cancellationToken);
        return TaskLife.Succeeded(running, null, await file.FinishAsync(cancellationToken), clock.Now());
    }

    private static bool IsTransient(Exception trouble) => trouble is TransientFailureException or TimeoutException or HttpRequestException;
}
