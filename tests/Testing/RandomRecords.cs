using StockPipeline.Contracts.Alerts;
using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Rates;
using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;

namespace StockPipeline.Testing;

/// <summary>Valid records of every kind, the edges of their ranges more often than chance would have them.</summary>
public sealed class RandomRecords(int seed)
{
    private const string FigiCharacters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.";

    private static readonly string[] TextParts = ["SBER", "Сбербанк", " ", "ао", "€", "𝄞", "\"", "\\", "\n", "T-", "0"];

    private readonly Random random = new(seed);

    public Candle Candle() => new()
    {
        Figi = Figi(),
        OpenTime = Instant(),
        Open = Price(),
        High = Price(),
        Low = Price(),
        Close = Price(),
        Volume = Long(),
        LastTradeTime = OptionalInstant(),
        Final = Boolean(),
        Source = (CandleSource)random.Next(4),
        Revision = Int(),
    };

    public MacdValue MacdValue() => new()
    {
        Figi = Figi(),
        OpenTime = Instant(),
        Close = Price(),
        MainLine = Double(),
        SignalLine = Double(),
        Histogram = Double(),
        Final = Boolean(),
        Parameters = new MacdParameters(Int(), Int(), Int()),
        Epoch = Long(),
    };

    public IndicatorValue IndicatorValue() => new()
    {
        Figi = Figi(),
        OpenTime = Instant(),
        Close = Price(),
        Final = Boolean(),
        Epoch = Long(),
        Indicator = "bollinger",
        Parameters = Boolean() ? "20,2" : string.Empty,
        Lines = [.. new[] { "upper", "middle", "lower" }.Where(_ => Boolean()).Select(name => new IndicatorLine(name, Double()))],
    };

    public CandleRevision CandleRevision() => new()
    {
        Figi = Figi(), Interval = Interval(), OpenTime = Instant(), Open = Price(), High = Price(), Low = Price(), Close = Price(), Volume = Long(),
        Revision = Int(), KnownFrom = Instant(), KnownUntil = Instant(),
    };

    public Signal Signal() => new()
    {
        Figi = Figi(),
        Rule = "rsi-1-min-leaves-30",
        Interval = Interval(),
        OpenTime = Instant(),
        Indicator = "rsi",
        Parameters = Boolean() ? "14" : string.Empty,
    };

    public AlertRule AlertRule() => new()
    {
        Owner = Text(), Id = Text(), Condition = AlertCondition(), Margin = random.NextDouble(), Repeats = Boolean(),
        Cooldown = TimeSpan.FromMilliseconds(random.NextInt64(1L << 40)), Since = Instant(), Expires = OptionalInstant(),
    };

    public AlertEvent AlertEvent() => new()
    {
        Owner = Text(), RuleId = Text(), Condition = AlertCondition(), OpenTime = Instant(), IsWithdrawn = Boolean(), IsLate = Boolean(),
        Value = Double(), Threshold = Double(), SaidAt = Instant(),
    };

    public ChatState ChatState() => new()
    {
        ChatId = Long(), IsOpen = Boolean(), Language = Text(), Account = Boolean() ? Text() : null, Since = Instant(),
        MutedUntil = OptionalInstant(), Coins = Text(),
    };

    public ChatMessage ChatMessage() => new()
    {
        ChatId = Long(), Event = Text(), MessageId = Boolean() ? Int() : null, IsWithdrawn = Boolean(), IsSettled = Boolean(), At = Instant(),
    };

    public ChatLink ChatLink() => new() { Account = Text(), Expires = Instant() };

    public RequestTurn RequestTurn() => new(Text(), Instant(), TimeSpan.FromMilliseconds(random.Next(1_000_000)), Boolean());

    public PromotedIndicator PromotedIndicator() => new(Text(), Text(), Instant());

    public Rate Rate() => new()
    {
        Pair = RatePair.Parse(random.Next(2) == 0 ? "shiba-inu-usd" : "bitcoin-usdt"),
        Source = Text(),
        Symbol = Text(),
        Price = RateValue(),
        Bid = random.Next(2) == 0 ? null : RateValue(),
        Ask = random.Next(2) == 0 ? null : RateValue(),
        Kind = (RateKind)random.Next(3),
        Status = (RateStatus)random.Next(4),
        EventTime = Instant(),
        ReceivedTime = Instant(),
        ProvenTime = Instant(),
        Sequence = Long(),
        MaxAge = TimeSpan.FromMilliseconds(random.Next()),
        Priority = Int(),
        RowId = Long(),
        MinuteOpen = RateValue(),
        MinuteHigh = RateValue(),
        MinuteLow = RateValue(),
        MinuteUpdates = Int(),
    };

    public TradeInfo TradeInfo() => new()
    {
        Id = Long(), Url = Text(), CurrencyPair = Text(), TaskType = Text(), WrapperType = Text(), Enabled = Boolean(),
        MaxAgeMs = random.Next(2) == 0 ? null : Long(), Priority = Int(), Problem = random.Next(2) == 0 ? null : Text(),
    };

    private decimal RateValue()
    {
        while (true)
        {
            var value = new decimal(random.Next(), random.Next(), random.Next(), false, (byte)random.Next(29));
            if (RateDecimal.TryRound(value, out var rounded))
                return rounded;
        }
    }

    public Gap Gap() => new()
    {
        Figi = Figi(),
        Interval = Interval(),
        From = Instant(),
        To = Instant(),
        Missing = Int(),
        State = (GapState)random.Next(5),
        Attempts = Int(),
        UpdatedAt = Instant(),
    };

    public HistoryTask HistoryTask() => new()
    {
        Figi = Figi(),
        Interval = Interval(),
        From = Instant(),
        To = Instant(),
        Reason = (HistoryReason)random.Next(4),
        Attempt = Int(),
        Id = Id(),
    };

    public Instrument Instrument() => new()
    {
        Figi = Figi(),
        Ticker = Text(),
        ClassCode = Text(),
        Uid = Text(),
        Name = Text(),
        Currency = Text(),
        Lot = Int(),
        MinPriceIncrement = Price(),
        Exchange = Text(),
        Weekend = Boolean(),
        FirstMinuteCandle = OptionalInstant(),
        FirstDayCandle = OptionalInstant(),
        EndOfDay = Boolean(),
    };

    public TradingDay TradingDay() => new()
    {
        Date = DateOnly.FromDayNumber(random.Next(DateOnly.MaxValue.DayNumber + 1)),
        Exchange = Text(),
        Sessions = [.. Enumerable.Range(0, random.Next(8)).Select(_ => new TradingSession((SessionKind)random.Next(7), Instant(), Instant()))],
        Inferred = Boolean(),
    };

    public Figi Figi() => new(new string(random.GetItems<char>(FigiCharacters, Edge() ? 32 : random.Next(1, 33))));

    public Price Price()
    {
        // Every number of bytes is as likely as any other.
        var magnitude = Edge() ? Contracts.Instruments.Price.MaxNanos : random.NextInt64(1L << random.Next(1, 60));
        return Contracts.Instruments.Price.FromNanos(Boolean() ? magnitude : -magnitude);
    }

    public DateTimeOffset Instant()
    {
        var year = TimeSpan.TicksPerDay * 366;
        var ticks = Edge() ? random.NextInt64(DateTime.MaxValue.Ticks) : new DateTime(2020, 1, 1).Ticks + random.NextInt64(10 * year);
        return new DateTimeOffset(ticks - (ticks % TimeSpan.TicksPerMillisecond), TimeSpan.Zero);
    }

    public string Text() => string.Concat(random.GetItems(TextParts, random.Next(9)));

    private Interval Interval() => Contracts.Time.Interval.All[random.Next(Contracts.Time.Interval.All.Count)];

    private DateTimeOffset? OptionalInstant() => Boolean() ? Instant() : null;

    private int Int() => Edge() ? (Boolean() ? int.MaxValue : int.MinValue) : random.Next(1 << random.Next(1, 31));

    private long Long() => Edge() ? (Boolean() ? long.MaxValue : long.MinValue) : random.NextInt64(1L << random.Next(1, 63));

    private double Double()
    {
        if (Edge())
            return Boolean() ? double.MaxValue : double.Epsilon;
        return (random.NextDouble() - 0.5) * Math.Pow(10, random.Next(-9, 9));
    }

    private AlertCondition AlertCondition() => new()
    {
        Figi = Figi(), Name = Text(), Interval = Interval(), Kind = (AlertKind)random.Next(9), Source = Text(), Line = Text(),
        Against = Boolean() ? Text() : null, Level = Double(), IsPercent = Boolean(),
        Window = TimeSpan.FromMilliseconds(random.NextInt64(1L << 40)), IsProvisional = Boolean(),
    };

    private Guid Id()
    {
        Span<byte> bytes = stackalloc byte[16];
        random.NextBytes(bytes);
        return new Guid(bytes);
    }

    private bool Boolean() => random.Next(2) == 0;

    private bool Edge() => random.Next(10) == 0;
}
