namespace StockPipeline.Contracts.Rates;

/// <summary>
/// The newest price of one pair at one source; topic <c>rates</c>, key <c>pair/source</c>. Said again at least every
/// <see cref="ProofEvery"/> while its source is alive, so that a reader can tell a quiet market from a dead source.
/// </summary>
public sealed record Rate
{
    /// <summary>How often at least a rate whose source is alive is said again.</summary>
    public static readonly TimeSpan ProofEvery = TimeSpan.FromSeconds(20);

    /// <summary>How long a source counts as alive after its last proof.</summary>
    public static readonly TimeSpan ProofHolds = TimeSpan.FromSeconds(60);

    public required RatePair Pair { get; init; }

    /// <summary>Who says so: <c>binance</c>.</summary>
    public required string Source { get; init; }

    /// <summary>What the source itself calls it.</summary>
    public required string Symbol { get; init; }

    public required decimal Price { get; init; }

    public decimal? Bid { get; init; }

    public decimal? Ask { get; init; }

    public required RateKind Kind { get; init; }

    public RateStatus Status { get; init; }

    /// <summary>When the price was true, as the source says; where it says nothing, when it came.</summary>
    public required DateTimeOffset EventTime { get; init; }

    public required DateTimeOffset ReceivedTime { get; init; }

    /// <summary>When the source was last seen alive.</summary>
    public required DateTimeOffset ProvenTime { get; init; }

    /// <summary>Grows with each price of this key, as its source counts.</summary>
    public long Sequence { get; init; }

    /// <summary>How old the price may be and still count as fresh.</summary>
    public required TimeSpan MaxAge { get; init; }

    /// <summary>Among several sources the lowest is asked first.</summary>
    public int Priority { get; init; }

    /// <summary>The row of trade_info that asked for it.</summary>
    public long RowId { get; init; }

    /// <summary>The minute of <see cref="EventTime"/> so far: first, highest and lowest price, and how many there were.</summary>
    public required decimal MinuteOpen { get; init; }

    public required decimal MinuteHigh { get; init; }

    public required decimal MinuteLow { get; init; }

    public required int MinuteUpdates { get; init; }

    public RateKey Key => new(Pair, Source);

    /// <summary>From when on the rate is not fresh any more, unless it is said again.</summary>
    public DateTimeOffset FreshUntil
    {
        get
        {
            if (Status != RateStatus.Live)
                return DateTimeOffset.MinValue;
            var (byAge, byProof) = (EventTime + MaxAge, ProvenTime + ProofHolds);
            return byAge < byProof ? byAge : byProof;
        }
    }

    public bool IsFresh(DateTimeOffset now) => now <= FreshUntil;
}
