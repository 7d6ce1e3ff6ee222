using System.Collections.Concurrent;
using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Keys;
using StockPipeline.Contracts.Time;
using StockPipeline.Gateway.Feed;

namespace StockPipeline.Gateway.Series;

/// <summary>All series of one topic. Fed by one thread; asked by any.</summary>
internal sealed class SeriesTopic(StreamShape shape, Interval interval, string name, int partitions, int keptRows)
{
    private readonly ConcurrentDictionary<Figi, LiveSeries> series = new();
    private readonly long[] heads = new long[partitions];
    private readonly Lock gate = new();
    private Action<LiveSeries>[] watchers = [];
    private volatile bool isLive;
    private volatile string incarnation = "";
    private long records;

    public StreamShape Shape => shape;

    public Interval Interval => interval;

    public string Name => name;

    public int Partitions => partitions;

    /// <summary>Which topic stands behind the name: positions of another one mean nothing.</summary>
    public string Incarnation => incarnation;

    /// <summary>Everything there was has been read, and what comes is passed on.</summary>
    public bool IsLive => isLive;

    /// <summary>Records read so far.</summary>
    public long Records => Interlocked.Read(ref records);

    /// <summary>Reads what is not kept; set before the topic is read.</summary>
    public ITopicScan? Scan { get; set; }

    public IEnumerable<LiveSeries> All => series.Values;

    public LiveSeries? Find(Figi figi) => series.GetValueOrDefault(figi);

    /// <summary>The series of an instrument, made where there is none yet.</summary>
    public LiveSeries Get(Figi figi, string ticker)
    {
        if (series.TryGetValue(figi, out var known))
            return known;
        LiveSeries made;
        Action<LiveSeries>[] told;
        lock (gate)
        {
            if (series.TryGetValue(figi, out known))
                return known;
            made = series[figi] = new LiveSeries(this, figi, ticker, keptRows);
            told = watchers;
        }
        foreach (var watcher in told)
            watcher(made);
        return made;
    }

    /// <summary>Calls for every series there is and each that comes.</summary>
    public void Watch(Action<LiveSeries> watcher)
    {
        LiveSeries[] present;
        lock (gate)
        {
            watchers = [.. watchers, watcher];
            present = [.. series.Values];
        }
        foreach (var one in present)
            watcher(one);
    }

    public void Unwatch(Action<LiveSeries> watcher)
    {
        lock (gate)
            watchers = [.. watchers.Where(one => one != watcher)];
    }

    /// <summary>All rows of a series, out of the topic.</summary>
    public Task<ScannedRows> ScanAsync(Figi figi, CancellationToken cancellationToken) =>
        Scan?.ReadAsync(this, figi, cancellationToken) ?? throw new InvalidOperationException($"{name} is not being read yet.");

    public int PartitionOf(Figi figi) => FigiPartition.Of(figi, partitions);

    /// <summary>Up to where a partition has been taken over.</summary>
    public long HeadOf(int partition) => Volatile.Read(ref heads[partition]);

    public void Advance(int partition, long position, int count)
    {
        Volatile.Write(ref heads[partition], position);
        Interlocked.Add(ref records, count);
    }

    /// <summary>The partition is read anew.</summary>
    public void Clear(int partition)
    {
        isLive = false;
        Volatile.Write(ref heads[partition], 0);
        foreach (var one in series.Values.Where(one => PartitionOf(one.Figi) == partition))
            one.Clear();
    }

    public void GoLive(string topicId)
    {
        incarnation = topicId;
        isLive = true;
        foreach (var one in series.Values)
            one.Tell();
    }
}
