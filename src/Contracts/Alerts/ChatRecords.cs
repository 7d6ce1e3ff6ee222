namespace StockPipeline.Contracts.Alerts;

/// <summary>What the bot knows of one chat; topic <c>telegram-chats</c>, key the chat's number.</summary>
public sealed record ChatState
{
    public required long ChatId { get; init; }

    /// <summary>Messages may go there: it was started, not stopped, and has not shut the bot out.</summary>
    public required bool IsOpen { get; init; }

    /// <summary>Two letters: ru or en.</summary>
    public required string Language { get; init; }

    /// <summary>The account of the gateway it is linked to, as the keys of rules write it.</summary>
    public string? Account { get; init; }

    /// <summary>What happened before it was begun, or linked, is not told.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>Nothing is said by itself until then.</summary>
    public DateTimeOffset? MutedUntil { get; init; }

    /// <summary>The coins somebody chose, separated by commas.</summary>
    public string Coins { get; init; } = "";

    /// <summary>The owner of the rules that the chat itself has.</summary>
    public string Owner => OwnerOf(ChatId);

    public static string OwnerOf(long chatId) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"telegram:{chatId}");
}

/// <summary>What became of one event in one chat; topic <c>telegram-messages</c>, key <c>chat/event's key</c>.</summary>
public sealed record ChatMessage
{
    public required long ChatId { get; init; }

    /// <summary>The key of the event.</summary>
    public required string Event { get; init; }

    /// <summary>The number Telegram gave it; null while it is on its way, and where it never went.</summary>
    public int? MessageId { get; init; }

    /// <summary>The message says that it did not happen.</summary>
    public bool IsWithdrawn { get; init; }

    /// <summary>Nothing is on its way any more.</summary>
    public required bool IsSettled { get; init; }

    public required DateTimeOffset At { get; init; }
}

/// <summary>A code that links a chat to an account, once; topic <c>telegram-links</c>, key the hash of the code.</summary>
public sealed record ChatLink
{
    /// <summary>As the keys of rules write it.</summary>
    public required string Account { get; init; }

    public required DateTimeOffset Expires { get; init; }

    /// <summary>What the topic knows a code by: nobody who reads it can make use of it.</summary>
    public static string KeyOf(string code) => Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(
        System.Text.Encoding.UTF8.GetBytes(code.Trim().ToUpperInvariant())));
}
