using System.Collections.Concurrent;
using System.Text;
using StockPipeline.Contracts.Keys;
using StockPipeline.Contracts.Rates;
using StockPipeline.Contracts.Topics;
using StockPipeline.Rates.Board;
using StockPipeline.Streaming.Tables;

namespace StockPipeline.RatesApi.Answers;

/// <summary>
/// All rates, and a prepared answer for each pair that rows name, sources price or somebody has asked for: whoever asks gets bytes that are there
/// already. Prepared anew when a rate it is made of changes, and when its freshness ends. Safe from any thread.
/// </summary>
internal sealed class AnswerBook(TimeProvider market) : ITableHandler
{
    /// <summary>Answers kept ready; what is asked beyond is worked out each time.</summary>
    public const int MostAnswers = 20_000;

    public static readonly PreparedAnswer Unknown = AnswerWriter.Fixed("400 Bad Request", """{"detail":"Pair not found"}""");

    private readonly Lock gate = new();
    private readonly RateBoard board = new();
    private readonly Dictionary<AssetPair, List<AnswerEntry>> dependents = [];
    private readonly Dictionary<long, IReadOnlyList<RatePair>> rows = [];
    private readonly Dictionary<RatePair, DateTimeOffset> named = [];
    private readonly ConcurrentDictionary<byte[], AnswerEntry> entries = new(AsciiComparer.Instance);
    private readonly HashSet<AnswerEntry> touched = [];
    private readonly TaskCompletionSource complete = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Over when all rates there were have been read.</summary>
    public Task Complete => complete.Task;

    public TimeProvider Clock => market;

    /// <summary>All pairs there is an answer for.</summary>
    public IReadOnlyList<AnswerEntry> Entries => [.. entries.Values.OrderBy(entry => entry.Pair)];

    /// <summary>What is not in the partition any more was taken back while nobody looked.</summary>
    public void OnAssigned(int partition)
    {
        lock (gate)
        {
            foreach (var key in board.Rates.Select(rate => rate.Key).Where(key => PartitionOf(key) == partition).ToList())
                Remove(key);
            PrepareTouched();
        }
    }

    public void OnAllCaughtUp() => complete.TrySetResult();

    /// <summary>Takes what the topic of rates says.</summary>
    public void Take(int partition, ReadOnlySpan<TableRecord<Rate>> records)
    {
        lock (gate)
        {
            foreach (ref readonly var record in records)
            {
                if (record.Value is { } rate)
                    Put(rate);
                else if (TryKey(record.Key) is { } key)
                    Remove(key);
            }
            PrepareTouched();
        }
    }

    /// <summary>Takes what the topic of rows says: a pair that is named is known, whether it has a price or not.</summary>
    public void TakeRows(int partition, ReadOnlySpan<TableRecord<TradeInfo>> records)
    {
        lock (gate)
        {
            foreach (ref readonly var record in records)
            {
                if (!long.TryParse(record.Key, System.Globalization.CultureInfo.InvariantCulture, out var id))
                    continue;
                rows.Remove(id);
                if (record.Value is { Enabled: true } row)
                    rows[id] = RowPairs.Of(row.CurrencyPair);
            }
            var now = market.GetUtcNow();
            var all = rows.Values.SelectMany(pairs => pairs).ToHashSet();
            foreach (var gone in named.Keys.Where(pair => !all.Contains(pair)).ToList())
                named.Remove(gone);
            foreach (var pair in all)
            {
                named.TryAdd(pair, now);
                Enter(pair);
            }
            foreach (var entry in entries.Values)
                touched.Add(entry);
            PrepareTouched();
        }
    }

    /// <summary>The answer of a pair that is ready.</summary>
    public bool TryFind(ReadOnlySpan<byte> pair, long nowMs, out PreparedAnswer answer)
    {
        answer = null!;
        if (!entries.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(pair, out var entry))
            return false;
        answer = Current(entry, nowMs);
        return true;
    }

    /// <summary>The answer of an entry as it is now.</summary>
    public PreparedAnswer Current(AnswerEntry entry, long nowMs)
    {
        var answer = entry.Answer;
        if (nowMs <= answer.ValidUntilMs)
            return answer;
        lock (gate)
        {
            Prepare(entry, DateTimeOffset.FromUnixTimeMilliseconds(nowMs));
            return entry.Answer;
        }
    }

    /// <summary>The entry of a pair: made where it is asked for the first time and some way leads there; null where none does.</summary>
    public AnswerEntry? Ask(RatePair pair)
    {
        lock (gate)
        {
            if (entries.TryGetValue(Encoding.ASCII.GetBytes(pair.ToString()), out var known))
                return known;
            if (board.Courses(pair, market.GetUtcNow()).Count == 0)
                return null;
            var entry = Enter(pair);
            PrepareTouched();
            return entry;
        }
    }

    /// <summary>The prices of a pair now.</summary>
    public IReadOnlyList<Course> Courses(RatePair pair)
    {
        lock (gate)
            return board.Courses(pair, market.GetUtcNow());
    }

    /// <summary>Since when a pair is named by a row; null where none names it.</summary>
    public DateTimeOffset? NamedSince(RatePair pair)
    {
        lock (gate)
            return named.TryGetValue(pair, out var since) ? since : null;
    }

    public IReadOnlyList<Rate> Rates()
    {
        lock (gate)
            return [.. board.Rates.OrderBy(rate => rate.Pair).ThenBy(rate => rate.Source, StringComparer.Ordinal)];
    }

    private void Put(Rate rate)
    {
        board.Put(rate);
        Enter(rate.Pair);
        Touch(rate.Pair);
    }

    private void Remove(RateKey key)
    {
        board.Remove(key);
        Touch(key.Pair);
    }

    private void Touch(RatePair pair)
    {
        if (dependents.TryGetValue(AssetPair.Of(pair), out var affected))
            touched.UnionWith(affected);
    }

    private AnswerEntry Enter(RatePair pair)
    {
        var text = Encoding.ASCII.GetBytes(pair.ToString());
        if (entries.TryGetValue(text, out var known))
            return known;
        var entry = new AnswerEntry(pair, Unknown);
        touched.Add(entry);
        if (entries.Count >= MostAnswers)
            return entry;
        entries[text] = entry;
        foreach (var one in RateBoard.MarketsOf(pair))
        {
            if (!dependents.TryGetValue(one, out var list))
                dependents.Add(one, list = []);
            list.Add(entry);
        }
        return entry;
    }

    private void PrepareTouched()
    {
        var now = market.GetUtcNow();
        foreach (var entry in touched)
            Prepare(entry, now);
        touched.Clear();
    }

    private void Prepare(AnswerEntry entry, DateTimeOffset now)
    {
        var courses = board.Courses(entry.Pair, now);
        entry.Answer = courses.Count > 0 || named.ContainsKey(entry.Pair)
            ? AnswerWriter.Write(entry.Pair, courses, now, named.TryGetValue(entry.Pair, out var since) ? since : now)
            : Unknown;
    }

    private static int PartitionOf(RateKey key) =>
        FigiPartition.Of(Encoding.ASCII.GetBytes(key.ToString()), RatesTopics.Rates.Partitions);

    private static RateKey? TryKey(string text)
    {
        try
        {
            return RateKey.Parse(text);
        }
        catch (FormatException)
        {
            // Somebody else's record: it is about no rate that is known here.
            return null;
        }
    }
}

/// <summary>One pair and its answer.</summary>
internal sealed class AnswerEntry(RatePair pair, PreparedAnswer answer)
{
    private volatile PreparedAnswer current = answer;

    public RatePair Pair { get; } = pair;

    public PreparedAnswer Answer
    {
        get => current;
        set => current = value;
    }
}
