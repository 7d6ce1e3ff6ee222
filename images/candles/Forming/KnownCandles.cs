using System.Threading.Channels;
using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Keys;
using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;
using StockPipeline.Streaming.Tables;

namespace StockPipeline.Candles.Forming;

/// <summary>
/// What the own topic holds already: read to its end into the books before anything is said, then followed, because history says candles too.
/// </summary>
internal sealed class KnownCandles(Interval interval) : ITableHandler
{
    /// <summary>Final candles that wait for the ingester; past it the reader waits.</summary>
    private const int MaxWaiting = 10_000;

    private readonly TaskCompletionSource complete = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Channel<Candle> later = Channel.CreateBounded<Candle>(new BoundedChannelOptions(MaxWaiting) { SingleReader = true,
        SingleWriter = true });
    private readonly Channel<CandleKey> reopened = Channel.CreateBounded<CandleKey>(new BoundedChannelOptions(MaxWaiting)
    {
        SingleReader = true, SingleWriter = true,
    });
    private readonly Dictionary<int, LastWords> words = [];
    private readonly List<Candle> read = [];
    private bool loaded;

    /// <summary>Filled by the reader until <see cref="Complete"/>, afterwards the ingester's alone.</summary>
    public Dictionary<Figi, CandleBook> Books { get; } = [];

    public Task Complete => complete.Task;

    public CandleBook BookOf(Figi figi)
    {
        if (!Books.TryGetValue(figi, out var book))
            Books.Add(figi, book = new CandleBook(interval));
        return book;
    }

    /// <summary>Takes in what has been said since, by history or by ourselves. Called by the ingester.</summary>
    /// <param name="restate">Called with each closed candle that the topic has as forming after all.</param>
    public void CatchUp(Action<CandleKey> restate)
    {
        while (later.Reader.TryRead(out var final))
            BookOf(final.Figi).Known(final);
        while (reopened.Reader.TryRead(out var candle))
            restate(candle);
    }

    public void OnAssigned(int partition) => words[partition] = new LastWords();

    public void Take(int partition, ReadOnlySpan<TableRecord<Candle>> records)
    {
        foreach (ref readonly var record in records)
        {
            if (record.Value is not { } said)
                continue;
            words[partition].Read(said);
            if (!said.Final)
                continue;
            if (loaded)
                read.Add(said);
            else
                BookOf(said.Figi).Known(said);
        }
    }

    public async ValueTask OnDeliveredAsync(int partition, CancellationToken cancellationToken)
    {
        foreach (var final in read)
            await later.Writer.WriteAsync(final, cancellationToken);
        read.Clear();
        if (!loaded)
            return;
        foreach (var candle in words[partition].TakeReopened())
            await reopened.Writer.WriteAsync(candle, cancellationToken);
    }

    public void OnAllCaughtUp()
    {
        // Before the ingester listens only as many as there is room for: gaps finds the rest.
        foreach (var candle in words.Values.SelectMany(partition => partition.TakeReopened()))
            reopened.Writer.TryWrite(candle);
        loaded = true;
        complete.TrySetResult();
    }
}
