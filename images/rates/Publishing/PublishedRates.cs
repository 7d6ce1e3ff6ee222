using System.Collections.Concurrent;
using System.Text;
using StockPipeline.Contracts.Keys;
using StockPipeline.Contracts.Rates;
using StockPipeline.Contracts.Topics;
using StockPipeline.Rates.Board;
using StockPipeline.Streaming.Tables;

namespace StockPipeline.RatesService.Publishing;

/// <summary>
/// The topic of rates as it stands: where a feed goes on that another replica had, which keys nobody asks for any more, and what the rates make
/// of each other. Safe from any thread.
/// </summary>
internal sealed class PublishedRates(ILogger<PublishedRates> log) : ITableHandler
{
    private readonly ConcurrentDictionary<RateKey, Rate> rates = new();
    private readonly Lock gate = new();
    private readonly RateBoard board = new();
    private readonly TaskCompletionSource complete = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Over when all there was has been read.</summary>
    public Task Complete => complete.Task;

    public ICollection<RateKey> Keys => rates.Keys;

    public Rate? Find(RateKey key) => rates.GetValueOrDefault(key);

    /// <summary>The price of a pair that is answered with now; null where no way leads there.</summary>
    public Course? Best(RatePair pair, DateTimeOffset now)
    {
        lock (gate)
            return board.Courses(pair, now) is [var best, ..] ? best : null;
    }

    /// <summary>What is not in the partition any more was taken back while nobody looked.</summary>
    public void OnAssigned(int partition)
    {
        foreach (var key in rates.Keys.Where(key => PartitionOf(key) == partition))
            Remove(key);
    }

    public void OnAllCaughtUp() => complete.TrySetResult();

    public void Take(int partition, ReadOnlySpan<TableRecord<Rate>> records)
    {
        foreach (ref readonly var record in records)
        {
            if (record.Value is { } rate)
                Put(rate);
            else
                Remove(record.Key);
        }
    }

    private static int PartitionOf(RateKey key) =>
        FigiPartition.Of(Encoding.ASCII.GetBytes(key.ToString()), RatesTopics.Rates.Partitions);

    private void Put(Rate rate)
    {
        rates[rate.Key] = rate;
        lock (gate)
            board.Put(rate);
    }

    private void Remove(RateKey key)
    {
        rates.TryRemove(key, out _);
        lock (gate)
            board.Remove(key);
    }

    private void Remove(string key)
    {
        try
        {
            Remove(RateKey.Parse(key));
        }
        catch (FormatException refused)
        {
            Log.KeyRefused(log, key, refused.Message);
        }
    }
}
