using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Unicode;
using StockPipeline.Gateway.Series;

namespace StockPipeline.Gateway.Live;

/// <summary>What a client subscribed to under one number: one series, or every series of a topic, those that come later included.</summary>
internal sealed class SeriesGroup : Subscription
{
    /// <summary>Bytes of the mark of one series; a longer one is written another way.</summary>
    private const int MarkRoom = 256;

    private readonly SeriesTopic topic;
    private readonly LiveSeries? only;
    private readonly TimeProvider clock;
    private readonly TimeSpan markEvery;

    /// <summary>The members where all series are followed: nearly always it is one, which needs no table.</summary>
    private readonly ConcurrentDictionary<LiveSeries, SeriesSubscription>? all;

    private LivePosition? resume;
    private SeriesSubscription? single;
    private WaitingList<SeriesSubscription> dirty;
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
        all = only is null ? new() : null;
        (Last, From, resume, reset) = (start.Last, start.From, start.Resume, start.Reset);
    }

    public bool IsAll => all is not null;

    public int Last { get; }

    public long? From { get; }

    private IEnumerable<SeriesSubscription> Members => all?.Values ?? (single is { } one ? [one] : []);

    public override void Start()
    {
        if (only is not null)
            Join(only);
        else
            topic.Watch(Join);
        isJoined = true;
        // Of all series those that come later begin after the position as well.
        if (!IsAll)
            resume = null;
        Signal();
    }

    public override void Stop()
    {
        if (IsAll)
            topic.Unwatch(Join);
        foreach (var member in Members)
            member.Series.Drop(member);
    }

    public void Enqueue(SeriesSubscription member) => dirty.Add(member);

    /// <summary>Its next mark ends a new beginning.</summary>
    public void Reopen() => isMarkDue = true;

    public override bool Write(MessageWriter writer)
    {
        // A mark says that everything has come: not before all members are known.
        if (!topic.IsLive || !isJoined)
            return false;
        if (reset is not null)
            WriteReset(writer);
        while (writer.HasRoom && dirty.Take() is { } member)
        {
            if (member.Write(writer))
                member.Signal();
        }
        if (!dirty.IsEmpty)
            return true;
        var now = clock.GetTimestamp();
        if (isMarkDue ? Members.All(member => member.IsBegun) : clock.GetElapsedTime(markedAt, now) >= markEvery)
            WriteMark(writer, now);
        return false;
    }

    /// <summary>A series may come while the subscription ends: then it is not listened to.</summary>
    private void Join(LiveSeries series) => WhileOpen(() =>
    {
        var member = new SeriesSubscription(this, series, resume?.For(topic.PartitionOf(series.Figi)));
        if (all is null)
            single = member;
        else if (!all.TryAdd(series, member))
            return;
        series.Add(member);
        member.Signal();
    });

    private void WriteReset(MessageWriter writer)
    {
        writer.Begin();
        writer.Add(Own, Encoding.UTF8.GetBytes($"\"type\":\"reset\",\"reason\":{RowText.Quote(reset!)}}}"));
        writer.End();
        reset = null;
    }

    private void WriteMark(MessageWriter writer, long now)
    {
        var values = !isMarkDue ? 0 : all is null ? single?.Rows ?? 0 : all.Values.Sum(member => member.Rows);
        (isMarkDue, markedAt) = (false, now);
        writer.Begin();
        Span<byte> room = stackalloc byte[MarkRoom];
        if (only is not null && TryWriteMark(room, values, only, out var length))
        {
            writer.Add(Own, room[..length]);
        }
        else
        {
            var epoch = (only ?? Members.FirstOrDefault()?.Series)?.Epoch ?? 0;
            writer.Add(Own, Encoding.ASCII.GetBytes(string.Create(
                CultureInfo.InvariantCulture, $"\"type\":\"mark\",\"values\":{values},\"epoch\":{epoch},\"pos\":\"{Position()}\"}}")));
        }
        writer.End();
    }

    /// <summary>The mark of one series, which every client has every few seconds for each of its series: written without garbage.</summary>
    private bool TryWriteMark(Span<byte> room, int values, LiveSeries series, out int length)
    {
        var position = topic.HeadOf(topic.PartitionOf(series.Figi));
        if (single is { } member && series.Head > member.Position)
            position = Math.Min(position, member.Position);
        return Utf8.TryWrite(room, CultureInfo.InvariantCulture,
            $"\"type\":\"mark\",\"values\":{values},\"epoch\":{series.Epoch},\"pos\":\"{
                topic.Incarnation}.{position}.{clock.GetUtcNow().ToUnixTimeSeconds()}\"}}", out length);
    }

    /// <summary>Up to where the client has everything, of each partition it follows.</summary>
    private LivePosition Position()
    {
        var positions = only is null
            ? Enumerable.Range(0, topic.Partitions).Select(topic.HeadOf).ToArray()
            : [topic.HeadOf(topic.PartitionOf(only.Figi))];
        foreach (var member in Members)
        {
            var at = only is null ? topic.PartitionOf(member.Series.Figi) : 0;
            if (member.Series.Head > member.Position)
                positions[at] = Math.Min(positions[at], member.Position);
        }
        return new LivePosition(topic.Incarnation, positions, clock.GetUtcNow());
    }
}
