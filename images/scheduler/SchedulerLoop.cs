using System.Threading.Channels;
using StockPipeline.Contracts.Tasks;
using StockPipeline.SchemaRegistry.Codecs;
using StockPipeline.Streaming;
using StockPipeline.Streaming.Tables;
using StockPipeline.TaskBoard;
using StockPipeline.Tasks;
using StockPipeline.Tasks.Kinds;
using StockPipeline.Workers;

namespace StockPipeline.Scheduler;

/// <summary>
/// Whoever of the group <c>scheduler</c> has the one partition of <c>schedules</c> fires and sweeps; the others hold themselves ready. That two
/// of them believe it for a moment changes nothing.
/// </summary>
public sealed class SchedulerLoop(
    KafkaClient kafka, PipelineCodecs codecs, IReadOnlyList<TaskKind> kinds, SchedulerOptions options, TimeProvider clock, ILoggerFactory logs)
    : ITaskListener
{
    public const string Group = "scheduler";

    /// <summary>Tasks whose topic says something that does not count; more are found again when they are read anew.</summary>
    private const int MaxToHeal = 10_000;

    private readonly Channel<string> wrong = Channel.CreateBounded<string>(
        new BoundedChannelOptions(MaxToHeal) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    private Firing? firing;

    /// <summary>Called when all has been read and looking begins.</summary>
    public Action Ready { get; init; } = static () => { };

    /// <summary>Called at each look.</summary>
    public Action Beat { get; init; } = static () => { };

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var writers = await TaskWriters.OpenAsync(kafka, codecs, cancellationToken);
        var table = new TaskTable(kafka, writers.Decoder, this);
        var results = new TaskResults(kafka, writers.Decoder, await codecs.TaskChunksAsync(cancellationToken));
        var fires = new Firing(table, writers, kinds.ToDictionary(kind => kind.Name), options, clock, logs.CreateLogger<Firing>());
        firing = fires;
        var sweep = new Sweep(table, writers, results, fires.IsNewest, TaskLimits.Default, options, clock, logs.CreateLogger<Sweep>());
        var schedules = new ScheduleTable(kafka, await codecs.SchedulesAsync(cancellationToken), TableAssignment.Group(Group));
        await Together.RunAsync(
            cancellationToken, table.RunAsync, schedules.RunAsync, ending => LookAsync(table, schedules, fires, sweep, ending));
    }

    void ITaskListener.Changed(TaskEntry entry, bool isLive) => firing?.Saw(entry.State);

    void ITaskListener.Refused(TaskEntry known, TaskState refused) => wrong.Writer.TryWrite(known.State.Id);

    private async Task LookAsync(TaskTable table, ScheduleTable schedules, Firing fires, Sweep sweep, CancellationToken cancellationToken)
    {
        await table.Complete.WaitAsync(cancellationToken);
        Ready();
        while (true)
        {
            Beat();
            if (schedules.All is { } ours)
            {
                while (wrong.Reader.TryRead(out var id))
                    await sweep.HealAsync(id, cancellationToken);
                await fires.LookAsync(ours, cancellationToken);
                await sweep.LookAsync(cancellationToken);
            }
            await Task.Delay(options.LookEvery, clock, cancellationToken);
        }
    }
}
