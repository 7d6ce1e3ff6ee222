using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Topics;
using StockPipeline.Indicators.Catalogue;
using StockPipeline.Streaming.Tables;

namespace StockPipeline.Workers;

/// <summary>
/// The indicators that people have put on the live list beside those of INDICATORS: read whole, then followed. Hands out immutable lists; safe from
/// any thread.
/// </summary>
public sealed class PromotedIndicators(PipelineClient client) : ITableHandler
{
    /// <summary>On the list at most: each is seven topics, and work for every candle.</summary>
    public const int Most = 20;

    private readonly Dictionary<string, Promotion> known = new(StringComparer.Ordinal);
    private readonly TaskCompletionSource complete = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource next = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile IReadOnlyList<Promotion> current = [];
    private bool isCaughtUp;

    /// <summary>Over when the topic has been read once.</summary>
    public Task Complete => complete.Task;

    /// <summary>The newest list, in the order of names; another object whenever it is another list.</summary>
    public IReadOnlyList<Promotion> Current => current;

    /// <summary>Reads until stop is asked for.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var codec = await client.Codecs.PromotedIndicatorsAsync(cancellationToken);
        await client.Kafka.ReadTables(TableAssignment.All, this, Table.Of<PromotedIndicator>(IndicatorTopics.Promoted, codec, Take))
            .RunAsync(cancellationToken);
    }

    /// <summary>The newest list as soon as it is another one than <paramref name="seen"/>.</summary>
    public async Task<IReadOnlyList<Promotion>> AfterAsync(IReadOnlyList<Promotion> seen, CancellationToken cancellationToken)
    {
        while (true)
        {
            var changed = Volatile.Read(ref next).Task;
            if (!ReferenceEquals(current, seen))
                return current;
            await changed.WaitAsync(cancellationToken);
        }
    }

    void ITableHandler.OnAssigned(int partition)
    {
        known.Clear();
        isCaughtUp = false;
    }

    void ITableHandler.OnAllCaughtUp()
    {
        isCaughtUp = true;
        Publish();
        complete.TrySetResult();
    }

    private void Take(int partition, ReadOnlySpan<TableRecord<PromotedIndicator>> records)
    {
        foreach (ref readonly var record in records)
        {
            // What the setting names already is on the list without; what is no indicator was written by somebody else.
            if (record.Value is not { } promoted)
                known.Remove(record.Key);
            else if (ChosenIndicators.Problem(promoted.Indicator) is null && ChosenIndicators.Parse(promoted.Indicator) is [var one]
                && one.Slug == record.Key && !client.Topics.Indicators.Contains(one.Slug))
            {
                known[record.Key] = new Promotion(one, promoted.By, promoted.At);
            }
        }
        if (isCaughtUp)
            Publish();
    }

    private void Publish()
    {
        Promotion[] list = [.. known.Values.OrderBy(one => one.Indicator.Slug, StringComparer.Ordinal).Take(Most)];
        if (list.SequenceEqual(current))
            return;
        current = list;
        Interlocked.Exchange(ref next, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
    }
}

/// <summary>An indicator on the live list, and who put it there.</summary>
public sealed record Promotion(Indicator Indicator, string By, DateTimeOffset At);
