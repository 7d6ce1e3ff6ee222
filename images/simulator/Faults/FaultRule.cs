namespace StockPipeline.Simulator.Faults;

/// <summary>One fault that is to happen: of what kind, how often, when, to whom, and how many times at most.</summary>
public sealed record FaultRule
{
    public required FaultKind Kind { get; init; }

    /// <summary>From 0 to 1, of each opportunity.</summary>
    public double Probability { get; init; } = 1;

    /// <summary>Market time from the setting of the rule to its first opportunity.</summary>
    public TimeSpan After { get; init; }

    /// <summary>Market time during which there are opportunities; unset without end.</summary>
    public TimeSpan? For { get; init; }

    /// <summary>How many times at most; unset without limit.</summary>
    public int? Limit { get; init; }

    /// <summary>Only this instrument: a ticker of the main board, a FIGI, a uid or ticker and board.</summary>
    public string? Instrument { get; init; }

    /// <summary>Only candles of this interval, as <c>5-min</c>.</summary>
    public string? Interval { get; init; }

    /// <summary>Only calls of this method, as <c>GetCandles</c>.</summary>
    public string? Method { get; init; }

    /// <summary>How long one fault lasts, in market time.</summary>
    public TimeSpan Lasting { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How a stream is dropped.</summary>
    public DropManner Manner { get; init; }

    /// <summary>Into how many shares a split divides one.</summary>
    public int Ratio { get; init; } = 10;

    /// <summary>What is wrong with the rule, in a sentence; null when nothing is.</summary>
    public string? Problem() => this switch
    {
        { Probability: not (>= 0 and <= 1) } => "probability lies between 0 and 1",
        { Ratio: < 2 or > 10_000 } => "ratio lies between 2 and 10000",
        { Manner: not DropManner.Status, Kind: not FaultKind.DropStream } => "only a dropped stream has a manner",
        { Limit: < 0 } => "limit is not negative",
        { Lasting.Ticks: < 0 } or { After.Ticks: < 0 } or { For.Ticks: < 0 } => "durations are not negative",
        { Interval: { } name } when !Contracts.Time.Interval.TryParse(name, out _) => $"interval is one of {Contracts.Time.Interval.Allowed}",
        { Kind: FaultKind.SplitInstrument, Instrument: null } => "a split names its instrument",
        { Kind: FaultKind.HaltInstrument, Instrument: null } => "a halt names its instrument",
        _ => null,
    };
}

/// <summary>How a stream is dropped. JSON writes the names as <c>go-away</c>.</summary>
public enum DropManner
{
    /// <summary>The call ends with a status, as at a server that has the time.</summary>
    Status,

    /// <summary>The call is reset; the connection and its other calls go on.</summary>
    Reset,

    /// <summary>The server takes leave of the whole connection and resets the call.</summary>
    GoAway,

    /// <summary>The connection is cut without a word, with all its calls.</summary>
    Abort,
}
