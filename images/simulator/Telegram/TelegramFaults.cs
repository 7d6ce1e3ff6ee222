namespace StockPipeline.Simulator.Telegram;

/// <summary>What can go wrong at Telegram.</summary>
public enum TelegramFaultKind
{
    /// <summary>Too many requests: 429 with a time to wait.</summary>
    TooMany,

    /// <summary>Out of order: 500.</summary>
    Away,

    /// <summary>A page instead of JSON.</summary>
    Html,

    /// <summary>Connections are cut before anything is done.</summary>
    Disconnect,

    /// <summary>What is asked for is done, and the connection cut before the answer.</summary>
    AnswerLost,

    /// <summary>Answers take their time.</summary>
    Slow,

    /// <summary>Somebody else polls with the same token: 409.</summary>
    Conflict,

    /// <summary>The token was revoked: 401.</summary>
    Revoked,
}

/// <summary>One fault.</summary>
public sealed record TelegramFault
{
    public required TelegramFaultKind Kind { get; init; }

    /// <summary>How long it lasts; until it is taken back where nothing is said.</summary>
    public double? Seconds { get; init; }

    /// <summary>What <see cref="TelegramFaultKind.TooMany"/> names as the time to wait.</summary>
    public int RetryAfter { get; init; } = 1;

    /// <summary>How long <see cref="TelegramFaultKind.Slow"/> takes, in seconds.</summary>
    public double Delay { get; init; } = 2;
}

/// <summary>The faults that hold; set and taken back while the world runs. Thread-safe.</summary>
public sealed class TelegramFaults(TimeProvider clock)
{
    public const int MostFaults = 100;

    private volatile (TelegramFault Fault, DateTimeOffset Since)[] armed = [];

    public IReadOnlyList<TelegramFault> All => [.. Holding()];

    /// <summary>Puts these in the place of all others; their times count from now.</summary>
    public void Set(params IReadOnlyList<TelegramFault> faults)
    {
        if (faults.Count > MostFaults)
            throw new ArgumentException($"At most {MostFaults} faults can be set.", nameof(faults));
        if (faults.FirstOrDefault(fault => fault.Seconds is <= 0 || fault.Delay < 0 || fault.RetryAfter < 0) is { } wrong)
            throw new ArgumentException($"The fault {wrong.Kind} has a time that is none.", nameof(faults));
        var now = clock.GetUtcNow();
        armed = [.. faults.Select(fault => (fault, now))];
    }

    internal TelegramFault? Find(TelegramFaultKind kind) => Holding().FirstOrDefault(fault => fault.Kind == kind);

    private IEnumerable<TelegramFault> Holding()
    {
        var now = clock.GetUtcNow();
        return armed.Where(one => one.Fault.Seconds is not { } seconds || now - one.Since < TimeSpan.FromSeconds(seconds)).Select(one => one.Fault);
    }
}

/// <summary>How much a bot may send, as far as it is known of Telegram.</summary>
public sealed record TelegramLimits
{
    /// <summary>Messages to one chat that may follow each other at once.</summary>
    public int Burst { get; init; } = 3;

    /// <summary>To one chat, in a second.</summary>
    public double ChatPerSecond { get; init; } = 1;

    /// <summary>To all chats, in a second.</summary>
    public double AllPerSecond { get; init; } = 30;

    /// <summary>How long a poll may wait at most, whatever it asks for.</summary>
    public TimeSpan LongestPoll { get; init; } = TimeSpan.FromSeconds(50);
}
