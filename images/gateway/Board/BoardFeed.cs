using System.Collections.Concurrent;
using System.Text;
using StockPipeline.Contracts.Instruments;
using StockPipeline.Gateway.Feed;
using StockPipeline.Gateway.Series;

namespace StockPipeline.Gateway.Board;

/// <summary>
/// One board, of an interval or of an indicator there: four times a second the rows that changed are calculated and written once for everybody. A
/// client is the number of the last beat it has; one that missed some gets the rows that changed since. Nothing is calculated while nobody looks.
/// </summary>
internal sealed class BoardFeed(MarketTables tables, IBoardRow row)
{
    /// <summary>Beats behind for which the text is kept: whoever comes or falls behind in one beat shares it.</summary>
    private const int MaxTexts = 16;

    private readonly Lock gate = new();
    private readonly ConcurrentDictionary<Figi, bool> dirty = new();
    private readonly ConcurrentDictionary<LiveSeries, Listener> heard = new();
    private readonly Dictionary<Figi, (string Text, long Beat)> rows = [];
    private readonly Dictionary<long, byte[]> since = [];
    private IListener[] listeners = [];
    private bool isFollowing;
    private int beatsToSweep;

    /// <summary>What a new client is told first, as JSON without an opening brace.</summary>
    public byte[] Heading { get; } = Encoding.UTF8.GetBytes(
        $"\"type\":\"board\",\"columns\":[{string.Join(',', row.Columns.Select(column => $"\"{column}\""))}]}}");

    public int Listeners => listeners.Length;

    /// <summary>The newest beat that changed something.</summary>
    public long Beat { get; private set; }

    public void Add(IListener listener)
    {
        lock (gate)
        {
            listeners = [.. listeners, listener];
            if (!isFollowing)
                Follow();
        }
    }

    public void Drop(IListener listener)
    {
        lock (gate)
            listeners = [.. listeners.Where(one => one != listener)];
    }

    /// <summary>Calculates what changed. Called a few times a second.</summary>
    public void Tick(DateTimeOffset now)
    {
        IListener[] told;
        lock (gate)
        {
            if (listeners.Length == 0)
                return;
            if (!Calculate(now))
                return;
            told = listeners;
        }
        foreach (var listener in told)
            listener.Signal();
    }

    /// <summary>The rows that changed after a beat, as JSON without an opening brace.</summary>
    public (byte[] Text, long Beat) After(long beat)
    {
        lock (gate)
        {
            if (beat >= Beat)
                return ([], Beat);
            if (since.TryGetValue(beat, out var text))
                return (text, Beat);
            text = Join(rows.Values.Where(one => one.Beat > beat).Select(one => one.Text));
            if (since.Count < MaxTexts)
                since[beat] = text;
            return (text, Beat);
        }
    }

    private void Follow()
    {
        isFollowing = true;
        foreach (var topic in row.Topics)
            topic.Watch(Hear);
        foreach (var figi in tables.Config.Current.Instruments.Keys)
            dirty[figi] = true;
    }

    private void Hear(LiveSeries series)
    {
        var listener = new Listener(this, series.Figi);
        if (heard.TryAdd(series, listener))
            series.Add(listener);
        dirty[series.Figi] = true;
    }

    /// <returns>Whether any row has changed.</returns>
    private bool Calculate(DateTimeOffset now)
    {
        const int SweepEvery = 8;
        var instruments = tables.Config.Current.Instruments;
        if (--beatsToSweep <= 0)
        {
            // A feed falls silent without a word: now and then every row is looked at.
            beatsToSweep = SweepEvery;
            foreach (var figi in instruments.Keys)
                dirty[figi] = true;
        }
        var (next, changed) = (Beat + 1, new List<string>());
        foreach (var figi in dirty.Keys)
        {
            dirty.TryRemove(figi, out _);
            var text = instruments.ContainsKey(figi) ? row.Of(figi, now) : $"[\"{figi.Value}\"]";
            if (text is null || (rows.TryGetValue(figi, out var known) && known.Text == text) || (text.Length < 20 && !rows.ContainsKey(figi)))
                continue;
            rows[figi] = (text, next);
            changed.Add(text);
        }
        if (changed.Count == 0)
            return false;
        since.Clear();
        (since[Beat], Beat) = (Join(changed), next);
        return true;
    }

    private static byte[] Join(IEnumerable<string> texts) => Encoding.UTF8.GetBytes($"\"rows\":[{string.Join(',', texts)}]}}");

    private sealed class Listener(BoardFeed feed, Figi figi) : IListener
    {
        public void Signal() => feed.dirty[figi] = true;
    }
}
