using StockPipeline.Candles.Forming;
using StockPipeline.Contracts.Keys;
using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;

namespace StockPipeline.Candles.Rollup;

/// <summary>What a series wants to be done.</summary>
internal sealed class RollUpWishes
{
    /// <summary>Candles to be published.</summary>
    public List<Candle> Say { get; } = [];

    /// <summary>Candles that only history can tell.</summary>
    public List<(CandleKey Candle, HistoryReason Reason)> Ask { get; } = [];
}

/// <summary>
/// One instrument's candles of a longer interval. One is said as it forms when its minutes are proven from its beginning on, and as closed when
/// they are proven to its end or a living stream has passed it; until then it is held back. Pure but for the times handed in.
/// </summary>
internal sealed class RolledSeries(Interval interval)
{
    private readonly RollUp minutes = new(interval);
    private readonly SortedSet<DateTimeOffset> held = [];
    private bool isLive;

    public CandleBook Book { get; } = new(interval);

    /// <summary>Something is held back: it is to be looked at again now and then.</summary>
    public bool HoldsBack => held.Count > 0;

    /// <summary>Takes a minute of which nothing follows yet, because more are about to be read.</summary>
    public void Read(Candle minute) => minutes.Take(minute);

    /// <summary>Takes note that the stream may have been away since it was last heard of: its silence proves nothing.</summary>
    public void Doubt() => isLive = false;

    /// <summary>All there is has been read: says what is missing in the topic of the longer candles.</summary>
    public void Begin(MinuteProof proof, DateTimeOffset now, RollUpWishes wishes)
    {
        foreach (var bucket in minutes.Buckets)
            Offer(bucket, isNews: false, proof, now, wishes);
    }

    /// <summary>Takes a minute as it is now.</summary>
    public void Take(Candle minute, MinuteProof proof, DateTimeOffset now, RollUpWishes wishes)
    {
        var isKept = minutes.Keeps(minute.OpenTime);
        var changed = minutes.Take(minute);
        // What history says of long ago it says of the longer candles too when it is asked for them; the stream's corrections it may not know.
        if (!isKept && minute.Source == CandleSource.Stream)
            wishes.Ask.Add((KeyOf(minute), HistoryReason.Request));
        else if (changed is not null && (minute.Source != CandleSource.History || IsOurs(changed)))
            Offer(changed, isNews: true, proof, now, wishes);
        if (minute.Source == CandleSource.Stream && changed is not null && IsNewest(changed))
            isLive = true;
    }

    /// <summary>Takes out a minute that the exchange has withdrawn.</summary>
    public void Remove(CandleKey minute, MinuteProof proof, DateTimeOffset now, RollUpWishes wishes)
    {
        if (minutes.Remove(minute.OpenTime) is not { } bucket)
            return;
        if (!bucket.IsEmpty)
        {
            Offer(bucket, isNews: true, proof, now, wishes);
            return;
        }
        minutes.Forget(bucket);
        held.Remove(bucket.Open);
        Book.Leave(bucket.Open);
        wishes.Ask.Add((minute, HistoryReason.Audit));
    }

    /// <summary>Says what has become due, and what is no longer to be held back.</summary>
    /// <param name="proof">What is known of the minutes by now.</param>
    /// <param name="now">The market's time.</param>
    /// <param name="exchangeNow">The time that the exchange has certainly passed, and of which everything earlier has been read.</param>
    /// <param name="wishes">Takes what is to be done.</param>
    public void Tick(Func<MinuteProof> proof, DateTimeOffset now, DateTimeOffset? exchangeNow, RollUpWishes wishes)
    {
        if (HoldsBack)
        {
            var known = proof();
            held.RemoveWhere(open => !minutes.Buckets.Any(bucket => bucket.Open == open));
            foreach (var bucket in minutes.Buckets.Where(bucket => held.Contains(bucket.Open)).ToList())
                Offer(bucket, isNews: false, known, now, wishes);
        }
        if (Book.Forming is not { } open)
            return;
        var isOver = exchangeNow >= open + interval.Length + CandleBook.Grace;
        var mayClose = isOver && (isLive || minutes.Buckets.FirstOrDefault(bucket => bucket.Open == open) is not { } forming
            || minutes.IsProvenTo(forming, forming.End, proof()));
        Book.Tick(now, mayClose ? exchangeNow : null, wishes.Say);
    }

    private void Offer(RollUpBucket bucket, bool isNews, MinuteProof proof, DateTimeOffset now, RollUpWishes wishes)
    {
        // One that another has followed is said as closed, which takes all of it.
        var isNewest = IsNewest(bucket);
        if (isNewest)
            LeaveUnproven(bucket, proof);
        if (!minutes.IsProvenTo(bucket, isNewest ? bucket.Newest : bucket.End, proof))
        {
            held.Add(bucket.Open);
            Book.Leave(bucket.Open);
            return;
        }
        held.Remove(bucket.Open);
        var candle = bucket.Candle;
        var final = Book.FinalAt(bucket.Open);
        // History has said it, and nothing new has come since: which of the two is right, history has to look at.
        if (!isNews && final is { Source: CandleSource.History } said && !said.SameMarketData(candle))
            wishes.Ask.Add((KeyOf(candle), HistoryReason.Audit));
        else if (!Book.Take(candle, now, wishes.Say, isWhole: true))
            wishes.Ask.Add((KeyOf(candle), HistoryReason.Request));
    }

    /// <summary>The successor would close the candle that forms: with minutes that may be missing it is held back instead.</summary>
    private void LeaveUnproven(RollUpBucket successor, MinuteProof proof)
    {
        if (isLive || Book.Forming is not { } open || open >= successor.Open)
            return;
        var forming = minutes.Buckets.FirstOrDefault(bucket => bucket.Open == open);
        if (forming is null || minutes.IsProvenTo(forming, forming.End, proof))
            return;
        Book.Leave(open);
        held.Add(open);
    }

    private static CandleKey KeyOf(Candle candle) => new(candle.Figi, candle.OpenTime);

    private bool IsNewest(RollUpBucket bucket) => ReferenceEquals(minutes.Buckets[^1], bucket);

    /// <summary>Said here, held back here, or still forming: not only known because history has said it.</summary>
    private bool IsOurs(RollUpBucket bucket) =>
        IsNewest(bucket) || held.Contains(bucket.Open) || Book.FinalAt(bucket.Open) is { Source: not CandleSource.History };
}
