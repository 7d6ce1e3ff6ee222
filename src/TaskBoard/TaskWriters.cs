using StockPipeline.Contracts.Serialization;
using StockPipeline.Contracts.Tasks;
using StockPipeline.Contracts.Topics;
using StockPipeline.SchemaRegistry.Codecs;
using StockPipeline.Streaming;
using StockPipeline.Streaming.Producing;

namespace StockPipeline.TaskBoard;

/// <summary>All that can be written about tasks, and the codec of their states.</summary>
public sealed class TaskWriters
{
    private readonly TopicWriter<TaskState> orders;
    private readonly TopicWriter<TaskState> states;

    private TaskWriters(
        ConfluentAvroCodec<TaskState> codec, TopicWriter<TaskState> orders, TopicWriter<TaskState> states, TopicWriter<TaskControl> control,
        TopicWriter<TaskProgress> progress, TopicWriter<TaskChunk> chunks, TopicWriter<TaskSchedule> schedules)
    {
        Decoder = codec;
        this.orders = orders;
        this.states = states;
        Control = control;
        Progress = progress;
        Chunks = chunks;
        Schedules = schedules;
    }

    public IRecordDecoder<TaskState> Decoder { get; }

    public TopicWriter<TaskControl> Control { get; }

    public TopicWriter<TaskProgress> Progress { get; }

    public TopicWriter<TaskChunk> Chunks { get; }

    public TopicWriter<TaskSchedule> Schedules { get; }

    public static async Task<TaskWriters> OpenAsync(KafkaClient kafka, PipelineCodecs codecs, CancellationToken cancellationToken)
    {
        var codec = await codecs.TaskStatesAsync(cancellationToken);
        kafka.OpenProducer();
        return new TaskWriters(
            codec,
            kafka.WriteTo(TaskTopics.Orders, codec),
            kafka.WriteTo(TaskTopics.States, codec),
            kafka.WriteTo(TaskTopics.Control, await codecs.TaskControlsAsync(cancellationToken)),
            kafka.WriteTo(TaskTopics.Progress, await codecs.TaskProgressAsync(cancellationToken)),
            kafka.WriteTo(TaskTopics.Results, await codecs.TaskChunksAsync(cancellationToken)),
            kafka.WriteTo(TaskTopics.Schedules, await codecs.SchedulesAsync(cancellationToken)));
    }

    /// <summary>Says what is true of a task; over when the brokers have it.</summary>
    public Task SayAsync(TaskState state, CancellationToken cancellationToken) => states.DeliverAsync(state.Id, state, cancellationToken);

    /// <summary>Orders a queued task to be run.</summary>
    public Task OrderAsync(TaskState queued, CancellationToken cancellationToken) => orders.DeliverAsync(queued.Id, queued, cancellationToken);

    /// <summary>The task is not remembered any more.</summary>
    public Task ForgetAsync(string id, CancellationToken cancellationToken) => states.DeliverAsync(id, null, cancellationToken);

    public Task CancelAsync(string id, DateTimeOffset now, CancellationToken cancellationToken) =>
        Control.DeliverAsync(id, new TaskControl(id, now), cancellationToken);
}
