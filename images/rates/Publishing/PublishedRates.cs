using System.Collections.Concurrent;
using System.Text;
using StockPipeline.Contracts.Keys;
using StockPipeline.Contracts.Rates;
using StockPipeline.Contracts.Topics;
using StockPipeline.Streaming.Tables;

namespace StockPipeline.RatesService.Publishing;

/// <summary>
/// The topic of rates as it stands: where a feed goes on that another replica had, and which keys nobody asks for any more. Safe from any thread.
/// </summary>
internal sealed class PublishedRates(ILogger<PublishedRates> log) : ITableHandler
{
    private readonly ConcurrentDictionary<RateKey, Rate> rates = new();
    private readonly TaskCompletionSource complete = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Over when all there was has been read.</summary>
    public Task Complete => complete.Task;

    public ICollection<RateKey> Keys => rates.Keys;

    public Rate? Find(RateKey key) => rates.GetValueOrDefault(key);

    /// <summary>What is not in the partition any more was taken back while nobody looked.</summary>
    public void OnAssigned(int partition)
    {
        foreach (var key in rates.Keys.Where(key => PartitionOf(key) == partition))
            rates.TryRemove(key, out _);
    }

    public void OnAllCaughtUp() => complete.TrySetResult();

    public void Take(int partition, ReadOnlySpan<TableRecord<Rate>> records)
    {
        foreach (ref readonly var record in records)
        {
            if (record.Value is { } rate)
                rates[rate.Key] = rate;
            else
                Remove(record.Key);
        }
    }

    private static int PartitionOf(RateKey key) =>
        FigiPartition.Of(Encoding.ASCII.GetBytes(key.ToString()), RatesTopics.Rates.Partitions);

    private void Remove(string key)
    {
        try
        {
            rates.TryRemove(RateKey.Parse(key), out _);
        }
        catch (FormatException refused)
        {
            Log.KeyRefused(log, key, refused.Message);
        }
    }
}
