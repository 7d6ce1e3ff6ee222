using System.ComponentModel.DataAnnotations;
using System.Globalization;
using StockPipeline.Contracts.Connections;
using StockPipeline.Hosting.Options;
using StockPipeline.Hosting.Services;
using StockPipeline.Workers;

namespace StockPipeline.TelegramService;

/// <summary>What the bot is told.</summary>
public sealed class TelegramOptions
{
    /// <summary>What BotFather gave.</summary>
    [Required]
    [ConfigurationKeyName("TELEGRAM_TOKEN")]
    public Secret? Token { get; set; }

    /// <summary>Where the Bot API is: a server of one's own, or the simulator.</summary>
    [ConfigurationKeyName("TELEGRAM_API"), UrlSchemes("http", "https")]
    public Uri Api { get; set; } = new("https://api.telegram.org");

    /// <summary>The numbers of the chats that may speak with the bot; all where nothing is said.</summary>
    [ConfigurationKeyName("TELEGRAM_ALLOWED")]
    public ChatList Allowed { get; set; } = ChatList.All;

    /// <summary>A simulator whose time is followed; without it the machine's holds.</summary>
    [ConfigurationKeyName("MARKET_CLOCK"), UrlSchemes("http", "https")]
    public Uri? Clock { get; set; }
}

/// <summary>The numbers of some chats, or all.</summary>
public sealed record ChatList(IReadOnlySet<long>? Chats)
{
    public static readonly ChatList All = new((IReadOnlySet<long>?)null);

    /// <summary>What belongs there, for messages.</summary>
    public static string Allowed => "numbers of chats, separated by commas";

    public static bool TryParse(string text, out ChatList chats)
    {
        var numbers = new HashSet<long>();
        chats = All;
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (!long.TryParse(part, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
                return false;
            numbers.Add(number);
        }
        chats = numbers.Count == 0 ? All : new ChatList(numbers);
        return true;
    }

    /// <summary>As it was written.</summary>
    public override string ToString() => string.Join(',', Chats ?? (IEnumerable<long>)[]);

    public bool Holds(long chat) => Chats?.Contains(chat) != false;
}

public static class TelegramRegistration
{
    /// <summary>Adds the bot.</summary>
    public static ServiceRegistration AddTelegram(
        this IHostApplicationBuilder builder, string name = "telegram", params IEnumerable<Setting> settings) =>
        builder.AddService<TelegramWorker>(name, settings).WithOptions<TelegramOptions>().WithPipelineClient();
}
