namespace StockPipeline.Gateway.Live;

/// <summary>Every bound of the live socket, by name.</summary>
internal sealed record LiveLimits
{
    public int MaxSockets { get; init; } = 10_000;

    public int MaxSocketsOfAddress { get; init; } = 10_000;

    /// <summary>Subscriptions of one socket; all instruments at once count as one.</summary>
    public int MaxSubscriptions { get; init; } = 512;

    /// <summary>Bytes of one message of a client.</summary>
    public int MaxMessage { get; init; } = ushort.MaxValue;

    public int MaxCommandsASecond { get; init; } = 20;

    /// <summary>Answers waiting for a client that does not take them.</summary>
    public int MaxAnswers { get; init; } = 64;

    /// <summary>Bytes handed to one client before the next one gets its turn.</summary>
    public int TurnBytes { get; init; } = 24 << 10;

    /// <summary>Bytes of one message to a client.</summary>
    public int MessageBytes { get; init; } = 12 << 10;

    /// <summary>Rows a client may ask for at the beginning.</summary>
    public int MaxLast { get; init; } = 5_000;

    /// <summary>Threads that send.</summary>
    public int Senders { get; init; } = Math.Clamp(Environment.ProcessorCount, 1, 4);

    /// <summary>Turns a second from which on a sending thread is busy: then it gathers before it sends.</summary>
    public int BusyTurns { get; init; } = 1_000;

    /// <summary>How long a busy sending thread gathers what comes, once something has come.</summary>
    public TimeSpan GatherFor { get; init; } = TimeSpan.FromMilliseconds(2);

    public TimeSpan HelloLimit { get; init; } = TimeSpan.FromSeconds(10);

    public TimeSpan StallLimit { get; init; } = TimeSpan.FromSeconds(20);

    public TimeSpan CloseLimit { get; init; } = TimeSpan.FromSeconds(5);

    public TimeSpan PingEvery { get; init; } = TimeSpan.FromSeconds(25);

    public TimeSpan PongLimit { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>A position older than this may have missed removals that the topics have forgotten since.</summary>
    public TimeSpan ResumeLimit { get; init; } = TimeSpan.FromHours(1);

    /// <summary>How often a client is told its position, as long as rows come.</summary>
    public TimeSpan MarkEvery { get; init; } = TimeSpan.FromSeconds(5);
}
