using System.Text;
using StockPipeline.Gateway.Series;

namespace StockPipeline.Gateway.Live;

/// <summary>
/// One instrument's series as one client follows it: first the rows it asked for, or what happened since its position, then the mark, then every
/// change, or the newest state of each row where it is behind. It is a position in the series; nothing is queued for it.
/// </summary>
internal sealed class SeriesSubscription : IListener, IWaits<SeriesSubscription>
{
    private const int MaxChanges = 64;

    private static readonly byte[] Reset = "\"type\":\"reset\",\"reason\":\"the topic is read anew\"}"u8.ToArray();

    private readonly SeriesGroup group;
    private readonly LiveSeries series;
    private RowBlock? block;
    private int next;
    private int generation;
    private int waiting;

    public SeriesSubscription(SeriesGroup group, LiveSeries series, long? position)
    {
        this.group = group;
        this.series = series;
        generation = series.Generation;
        IsFresh = position is null;
        Position = position ?? 0;
    }

    public LiveSeries Series => series;

    public long Position { get; private set; }

    /// <summary>It waits for the rows of the beginning.</summary>
    public bool IsFresh { get; private set; }

    /// <summary>It has been given everything up to its mark.</summary>
    public bool IsBegun { get; private set; }

    public int Rows { get; private set; }

    SeriesSubscription? IWaits<SeriesSubscription>.Behind { get; set; }

    public void Signal()
    {
        if (Interlocked.Exchange(ref waiting, 1) == 0)
            group.Enqueue(this);
        // Also where it waits already: while its topic was read anew the group was heard in vain.
        group.Signal();
    }

    /// <returns>Whether there is more.</returns>
    public bool Write(MessageWriter writer)
    {
        Interlocked.Exchange(ref waiting, 0);
        if (!series.Topic.IsLive)
            return false;
        if (generation != series.Generation || (!IsFresh && !series.Reaches(Position)))
            StartAnew(writer);
        var more = IsFresh ? WriteRows(writer) : WriteChanges(writer);
        IsBegun |= !more;
        return more;
    }

    private void StartAnew(MessageWriter writer)
    {
        writer.Begin();
        writer.Add(group.Own, group.IsAll ? ResetOf() : Reset);
        writer.End();
        (generation, IsFresh, IsBegun, block) = (series.Generation, true, false, null);
        group.Reopen();
    }

    private byte[] ResetOf() => Encoding.UTF8.GetBytes(
        $"\"type\":\"reset\",\"figi\":{RowText.Quote(series.Figi.Value)},\"reason\":\"the topic is read anew\"}}");

    private bool WriteRows(MessageWriter writer)
    {
        if (block is null)
        {
            block = series.Last(group.From is null ? group.Last : int.MaxValue);
            next = group.From is { } from ? block.FirstFrom(from) : Math.Max(0, block.Count - group.Last);
            Rows = block.Count - next;
        }
        writer.Begin();
        for (; next < block.Count && !writer.IsLong; next++)
            writer.Add(group.Own, block[next]);
        writer.End();
        if (next < block.Count)
            return true;
        (Position, IsFresh, block) = (block.Position, false, null);
        return series.Head > Position;
    }

    private bool WriteChanges(MessageWriter writer)
    {
        var changes = writer.Changes;
        changes.Clear();
        series.After(Position, MaxChanges, changes);
        if (changes.Count == 0)
            return false;
        writer.Begin();
        foreach (var change in changes)
        {
            writer.Add(group.Own, change.Text);
            Position = change.Position;
            if (writer.IsLong)
                break;
        }
        writer.End();
        return series.Head > Position;
    }
}
