using System.Buffers.Binary;
using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace StockPipeline.Simulator.Telegram;

/// <summary>The methods of the Bot API that bots like ours call.</summary>
internal sealed partial class TelegramMethods(TelegramChats chats, TelegramFaults faults, TimeProvider clock)
{
    private const int LongestText = 4096;

    private const int LongestCaption = 1024;

    private const int MostUpdates = 100;

    private static readonly TimeSpan Again = TimeSpan.FromMilliseconds(50);

    private static readonly byte[] Png = [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0d, 0x0a, 0x1a, 0x0a];

    private readonly Lock gate = new();
    private JsonNode commands = new JsonArray();
    private CancellationTokenSource? polling;

    public static JsonObject Bot() => new()
    {
        ["id"] = 4_815_162_342, ["is_bot"] = true, ["first_name"] = "StockPipeline", ["username"] = "pipeline_bot",
        ["can_join_groups"] = true, ["can_read_all_group_messages"] = false, ["supports_inline_queries"] = false,
        ["can_connect_to_business"] = false, ["has_main_web_app"] = false,
    };

    public static int WidthOf(byte[] photo) => BinaryPrimitives.ReadInt32BigEndian(photo.AsSpan(16));

    public static int HeightOf(byte[] photo) => BinaryPrimitives.ReadInt32BigEndian(photo.AsSpan(20));

    public async Task<JsonNode?> CallAsync(string token, string method, TelegramArguments arguments, CancellationToken cancellationToken)
    {
        if (faults.Find(TelegramFaultKind.Revoked) is not null)
            throw new TelegramRefusedException(401, "Unauthorized");
        if (faults.Find(TelegramFaultKind.Away) is not null)
            throw new TelegramRefusedException(500, "Internal Server Error: restart");
        if (faults.Find(TelegramFaultKind.TooMany) is { RetryAfter: var seconds })
            throw new TelegramRefusedException(429, $"Too Many Requests: retry after {seconds}", seconds);
        switch (method)
        {
            case "getme":
                return Bot();
            case "getupdates":
                return await GetUpdatesAsync(arguments, cancellationToken);
            case "deletewebhook":
                if (arguments.Text("drop_pending_updates") == "true")
                    chats.Forget();
                return true;
            case "getwebhookinfo":
                return new JsonObject { ["url"] = "", ["has_custom_certificate"] = false, ["pending_update_count"] = 0 };
            case "setmycommands":
                commands = arguments.Structure("commands") is JsonArray { Count: <= 100 } list ? list
                    : throw new TelegramRefusedException(400, "Bad Request: can't parse commands");
                return true;
            case "getmycommands":
                return commands.DeepClone();
            case "sendmessage":
                return chats.Send(ChatOf(arguments), TextOf(arguments, "text", LongestText), MarkupOf(arguments), photo: null);
            case "editmessagetext":
                var number = arguments.Number("message_id")
                    ?? throw new TelegramRefusedException(400, "Bad Request: message identifier is not specified");
                return chats.Edit(ChatOf(arguments), (int)number, TextOf(arguments, "text", LongestText), MarkupOf(arguments));
            case "sendphoto":
                return chats.Send(ChatOf(arguments), TextOf(arguments, "caption", LongestCaption), MarkupOf(arguments), PhotoOf(arguments));
            case "sendchataction":
                chats.Require(ChatOf(arguments));
                return true;
            case "answercallbackquery":
                return chats.Answer(arguments.Text("callback_query_id") ?? "") ? true : throw new TelegramRefusedException(
                    400, "Bad Request: query is too old and response timeout expired or query ID is invalid");
            default:
                throw new TelegramRefusedException(404, "Not Found: method not found");
        }
    }

    private async Task<JsonNode?> GetUpdatesAsync(TelegramArguments arguments, CancellationToken cancellationToken)
    {
        if (faults.Find(TelegramFaultKind.Conflict) is not null)
            throw Conflict();
        using var mine = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        lock (gate)
        {
            // The older poll is the one that is ended.
            polling?.Cancel();
            polling = mine;
        }
        try
        {
            var longest = Math.Clamp(arguments.Number("timeout") ?? 0, 0, 50);
            var until = clock.GetUtcNow() + TimeSpan.FromSeconds(longest);
            while (true)
            {
                var most = (int)Math.Clamp(arguments.Number("limit") ?? MostUpdates, 1, MostUpdates);
                var (updates, arrived) = chats.Waiting(arguments.Number("offset"), most);
                var left = until - clock.GetUtcNow();
                if (updates.Count > 0 || left <= TimeSpan.Zero)
                    return updates;
                if (faults.Find(TelegramFaultKind.Conflict) is not null)
                    throw Conflict();
                // Faults begin while a poll waits, too.
                using var waiting = CancellationTokenSource.CreateLinkedTokenSource(mine.Token);
                await Task.WhenAny(arrived, Task.Delay(left < Again ? left : Again, clock, waiting.Token));
                await waiting.CancelAsync();
                mine.Token.ThrowIfCancellationRequested();
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw Conflict();
        }
        finally
        {
            lock (gate)
            {
                if (polling == mine)
                    polling = null;
            }
        }
    }

    private static TelegramRefusedException Conflict() =>
        new(409, "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running");

    private static long ChatOf(TelegramArguments arguments) =>
        arguments.Number("chat_id") ?? throw new TelegramRefusedException(400, "Bad Request: chat_id is empty");

    private static JsonNode? MarkupOf(TelegramArguments arguments)
    {
        var markup = arguments.Structure("reply_markup");
        if (markup?["inline_keyboard"] is not JsonArray rows)
            return markup;
        foreach (var button in rows.OfType<JsonArray>().SelectMany(row => row))
        {
            var data = button?["callback_data"]?.GetValue<string>() ?? "";
            if (System.Text.Encoding.UTF8.GetByteCount(data) is 0 or > 64)
                throw new TelegramRefusedException(400, "Bad Request: BUTTON_DATA_INVALID");
        }
        return markup;
    }

    private static byte[] PhotoOf(TelegramArguments arguments)
    {
        var photo = arguments.File("photo") ?? throw new TelegramRefusedException(400, "Bad Request: there is no photo in the request");
        return photo.Length > 24 && photo.AsSpan().StartsWith(Png)
            ? photo : throw new TelegramRefusedException(400, "Bad Request: IMAGE_PROCESS_FAILED");
    }

    private static string TextOf(TelegramArguments arguments, string name, int longest)
    {
        var text = arguments.Text(name) ?? "";
        if (string.Equals(arguments.Text("parse_mode"), "HTML", StringComparison.OrdinalIgnoreCase))
            text = Plain(text);
        if (string.IsNullOrWhiteSpace(text) && name == "text")
            throw new TelegramRefusedException(400, "Bad Request: message text is empty");
        return text.Length <= longest ? text : throw new TelegramRefusedException(400, "Bad Request: message is too long");
    }

    /// <summary>The text without its marks; what is open must be closed, and nothing else may be marked.</summary>
    private static string Plain(string text)
    {
        var open = new Stack<string>();
        foreach (Match tag in Tag().Matches(text))
        {
            var (name, isEnd) = (tag.Groups["name"].Value.ToLowerInvariant(), tag.Groups["end"].Success);
            if (!isEnd)
                open.Push(name);
            else if (!open.TryPop(out var last) || last != name)
                throw new TelegramRefusedException(400, $"Bad Request: can't parse entities: unmatched end tag \"{name}\"");
        }
        if (open.TryPop(out var left))
            throw new TelegramRefusedException(400, $"Bad Request: can't parse entities: can't find end tag corresponding to start tag \"{left}\"");
        var plain = Tag().Replace(text, "");
        return plain.Contains('<', StringComparison.Ordinal)
            ? throw new TelegramRefusedException(400, "Bad Request: can't parse entities: unsupported start tag")
            : WebUtility.HtmlDecode(plain);
    }

    [GeneratedRegex("""<(?<end>/)?(?<name>b|strong|i|em|u|ins|s|strike|del|code|pre|a|blockquote|tg-spoiler)(\s[^<>]*)?>""", RegexOptions.IgnoreCase)]
    private static partial Regex Tag();
}
