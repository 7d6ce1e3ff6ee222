namespace StockPipeline.Contracts.Connections;

/// <summary>How patient a retry is: where its pauses begin, where they end, and after how many failures in a row it gives up.</summary>
public sealed record BackoffLimits
{
    /// <summary>For a service's own connections: never gives up, for the other side may be away for a night.</summary>
    public static readonly BackoffLimits Patient = new();

    /// <summary>For one request that somebody waits for.</summary>
    public static readonly BackoffLimits Request = new()
    {
        First = TimeSpan.FromMilliseconds(100), Cap = TimeSpan.FromSeconds(2), Attempts = 5,
    };

    public TimeSpan First { get; init; } = TimeSpan.FromMilliseconds(200);

    public TimeSpan Cap { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Failures in a row after which no further try is made.</summary>
    public int Attempts { get; init; } = int.MaxValue;
}
