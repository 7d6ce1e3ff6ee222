namespace StockPipeline.AllInOne.Watching;

/// <summary>How far history has come in one interval.</summary>
/// <param name="Interval">Its name.</param>
/// <param name="There">Candles there, of each instrument no more than it needs.</param>
/// <param name="Wanted">Candles that all instruments need together.</param>
internal readonly record struct HistoryProgress(string Interval, long There, long Wanted)
{
    public double Share => Wanted == 0 ? 0 : Math.Min(1, (double)There / Wanted);
}

/// <summary>A websocket of this process, and how long its first value took; null while there is none.</summary>
internal readonly record struct SocketStart(string Name, string Url, TimeSpan? After);

/// <summary>What the whole pipeline is at, at one moment.</summary>
internal sealed record PipelineSnapshot
{
    public required TimeSpan Running { get; init; }

    public required IReadOnlyList<SocketStart> Sockets { get; init; }

    public required IReadOnlyList<HistoryProgress> History { get; init; }

    /// <summary>How long the rest of history takes at the last minute's pace, which the quota sets; null where that is not known.</summary>
    public TimeSpan? HistoryLeft { get; init; }

    public double ValuesPerSecond { get; init; }

    public long Clients { get; init; }

    public long OpenGaps { get; init; }

    /// <summary>Candles that were corrected after their close, and when the last one was; values behind it were calculated anew.</summary>
    public long Corrections { get; init; }

    public DateTimeOffset? LastCorrection { get; init; }

    /// <summary>Warnings and errors since the start, and the last of them.</summary>
    public long Problems { get; init; }

    public string? LastProblem { get; init; }

    public bool HasAllValues => Sockets.All(socket => socket.After is not null);

    public bool HasHistory => History.Any(one => one.Wanted > 0);

    public bool IsLoading => History.Any(one => one.Wanted > 0 && one.There < one.Wanted);
}
