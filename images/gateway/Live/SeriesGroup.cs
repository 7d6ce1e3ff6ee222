using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using StockPipeline.Gateway.Series;

namespace StockPipeline.Gateway.Live;

/// <summary>What a client subscribed to under one number: one series, or every series of a topic, those that come later included.</summary>
internal sealed class SeriesGroup : Subscription
{
    private readonly SeriesTopic topic;
    private readonly LiveSeries? only;
    private readonly LivePosition? resume;
    private readonly TimeProvider clock;
    private readonly TimeSpan markEvery;
    private readonly ConcurrentDictionary<LiveSeries, SeriesSubscription> members = new();
    private readonly ConcurrentQueue<SeriesSubscription> dirty = new();
    private volatile bool isJoined;
    private bool isMarkDue = true;
    private long markedAt;
    private string? reset;

    public SeriesGroup(LiveSocket socket, int number, SeriesTopic topic, LiveSeries? only, SeriesStart start, TimeProvider clock, TimeSpan markEvery)
        : base(socket, number)
    {
        this.topic = topic;
        this.only = only;
        this.clock = clock;
        this.markEvery = markEvery;
        (Last, From, resume, reset) = (start.Last, start.From, start.Resume, start.Reset);
    }

    public bool IsAll => only is null;

    public int Last { get; }

    public long? From { get; }

    public override void Start()
    {
        if (only is not null)
            Join(only);
        else
            topic.Watch(Join);
        isJoined = true;
        Signal();
    }

    public override void Stop()
    {
        topic.Unwatch(Join);
        foreach (var (series, member) in members)
            series.Drop(member);
    }

    public void Enqueue(SeriesSubscription member) => dirty.Enqueue(member);

    /// <summary>Its next mark ends a new beginning.</summary>
    public void Reopen() => isMarkDue = true;

    public override bool Write(MessageWriter writer)
    {
        // A mark says that everything has come: not before all members are known.
        if (!topic.IsLive || !isJoined)
            return false;
        if (reset is not null)
            WriteReset(writer);
        while (writer.HasRoom && dirty.TryDequeue(out var member))
        {
            if (member.Write(writer))
                member.Signal();
        }
        if (!dirty.IsEmpty)
            return true;
        var now = clock.GetTimestamp();
        if (isMarkDue ? members.Values.All(member => member.IsBegun) : clock.GetElapsedTime(markedAt, now) >= markEvery)
            WriteMark(writer, now);
        return false;
    }

    private void Join(LiveSeries series)
    {
        var member = new SeriesSubscription(this, series, resume?.For(topic.PartitionOf(series.Figi)));
        if (!members.TryAdd(series, member))
            return;
        series.Add(member);
        member.Signal();
    }

    private void WriteReset(MessageWriter writer)
    {
        writer.Begin();
        writer.Add(Own, Encoding.UTF8.GetBytes($"\"type\":\"reset\",\"reason\":{RowText.Quote(reset!)}}}"));
        writer.End();
        reset = null;
    }

    private void WriteMark(MessageWriter writer, long now)
    {
        var values = isMarkDue ? members.Values.Sum(member => member.Rows) : 0;
        (isMarkDue, markedAt) = (false, now);
        var mark = string.Create(CultureInfo.InvariantCulture,
            $"\"type\":\"mark\",\"values\":{values},\"epoch\":{(only ?? members.Keys.FirstOrDefault())?.Epoch ?? 0},\"pos\":\"{Position()}\"}}");
        writer.Begin();
        writer.Add(Own, Encoding.ASCII.GetBytes(mark));
        writer.End();
    }

    /// <summary>Up to where the client has everything, of each partition it follows.</summary>
    private LivePosition Position()
    {
        var positions = only is null
            ? Enumerable.Range(0, topic.Partitions).Select(topic.HeadOf).ToArray()
            : [topic.HeadOf(topic.PartitionOf(only.Figi))];
        foreach (var (series, member) in members)
        {
            var at = only is null ? topic.PartitionOf(series.Figi) : 0;
            if (series.Head > member.Position)
                positions[at] = Math.Min(positions[at], member.Position);
        }
        return new LivePosition(topic.Incarnation, positions, clock.GetUtcNow());
    }
}
