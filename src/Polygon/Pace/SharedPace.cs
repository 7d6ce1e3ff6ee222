using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Topics;
using StockPipeline.SchemaRegistry.Codecs;
using StockPipeline.Streaming;
using StockPipeline.Streaming.Producing;
using StockPipeline.Streaming.Tables;

namespace StockPipeline.Polygon.Pace;

/// <summary>
/// One pace for all processes that ask with the same key. Who wants to ask writes so, and the log says whose turn is when: all read the same records
/// in the same order, so all come to the same times without asking each other. A turn that is missed, because the machine slept or was busy, is not
/// made up for: another one is taken. Safe from any thread.
/// </summary>
public sealed class SharedPace : IRequestPace, ITableHandler
{
    /// <summary>A request made so much later than its turn falls too near to the next ones.</summary>
    private static readonly TimeSpan MostLate = TimeSpan.FromSeconds(1);

    private readonly TimeSpan pace;
    private readonly TimeProvider clock;
    private readonly TopicWriter<RequestTurn> writer;
    private readonly TableReader reader;
    private readonly Lock gate = new();
    private readonly Dictionary<string, TaskCompletionSource<DateTimeOffset?>> waiting = new(StringComparer.Ordinal);
    private readonly TaskCompletionSource complete = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TurnBook book = new();

    private SharedPace(KafkaClient kafka, ConfluentAvroCodec<RequestTurn> codec, TimeSpan pace, TimeProvider clock)
    {
        this.pace = pace;
        this.clock = clock;
        writer = kafka.WriteTo(PolygonTopics.Turns, codec);
        reader = kafka.ReadTables(TableAssignment.All, this, Table.Of<RequestTurn>(PolygonTopics.Turns, codec, Take));
    }

    /// <summary>Makes the pace of a plan: shared by all where the plan counts requests, and each for itself where it does not.</summary>
    /// <param name="options">Which plan.</param>
    /// <param name="kafka">The way to the others.</param>
    /// <param name="codecs">Of their records.</param>
    /// <param name="clock">Of whoever counts: the machine's.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The pace, and what has to run beside it.</returns>
    public static async Task<(IRequestPace Pace, Func<CancellationToken, Task> RunAsync)> OpenAsync(
        PolygonOptions options, KafkaClient kafka, PipelineCodecs codecs, TimeProvider clock, CancellationToken cancellationToken)
    {
        if (options.Plan == PolygonPlan.Paid)
        {
            return (new RequestPace(options.Pace, clock),
                stop => Task.Delay(Timeout.InfiniteTimeSpan, clock, stop));
        }
        var shared = new SharedPace(kafka, await codecs.RequestTurnsAsync(cancellationToken), options.Pace, clock);
        return (shared, shared.reader.RunAsync);
    }

    public async ValueTask WaitAsync(CancellationToken cancellationToken)
    {
        await complete.Task.WaitAsync(cancellationToken);
        while (true)
        {
            if (await TurnAsync(cancellationToken) is not { } turn)
                continue;
            if (turn - clock.GetUtcNow() is var wait && wait > TimeSpan.Zero)
                await Task.Delay(wait, clock, cancellationToken);
            if (clock.GetUtcNow() - turn <= MostLate)
                return;
        }
    }

    public async ValueTask RestAsync(TimeSpan pause, CancellationToken cancellationToken)
    {
        var id = NewId();
        await writer.DeliverAsync(id, new RequestTurn(id, Now(), pause, IsRest: true), cancellationToken);
    }

    void ITableHandler.OnAssigned(int partition)
    {
        lock (gate)
            book = new TurnBook();
    }

    void ITableHandler.OnAllCaughtUp()
    {
        complete.TrySetResult();
        lock (gate)
        {
            // What is read anew, because the topic was made anew, may hold no word of those who wait: they ask again.
            foreach (var one in waiting.Values)
                one.TrySetResult(null);
        }
    }

    /// <returns>When it is our turn, or null where nobody knows of it any more.</returns>
    private async Task<DateTimeOffset?> TurnAsync(CancellationToken cancellationToken)
    {
        var id = NewId();
        var turn = new TaskCompletionSource<DateTimeOffset?>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (gate)
            waiting.Add(id, turn);
        try
        {
            await writer.DeliverAsync(id, new RequestTurn(id, Now(), pace, IsRest: false), cancellationToken);
            return await turn.Task.WaitAsync(cancellationToken);
        }
        finally
        {
            lock (gate)
                waiting.Remove(id);
        }
    }

    private void Take(int partition, ReadOnlySpan<TableRecord<RequestTurn>> records)
    {
        lock (gate)
        {
            foreach (ref readonly var record in records)
            {
                if (record.Value is not { } asked)
                    continue;
                if (asked.IsRest)
                    book.Rest(asked.Asked, asked.Pause);
                else if (book.Take(asked.Asked, asked.Pause) is var at && waiting.TryGetValue(asked.Id, out var turn))
                    turn.TrySetResult(at);
            }
        }
    }

    private string NewId() => $"{Guid.CreateVersion7(clock.GetUtcNow()):N}";

    private DateTimeOffset Now() => DateTimeOffset.FromUnixTimeMilliseconds(clock.GetUtcNow().ToUnixTimeMilliseconds());
}
