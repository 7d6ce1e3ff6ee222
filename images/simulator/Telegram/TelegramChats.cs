using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace StockPipeline.Simulator.Telegram;

/// <summary>The people, what the bot wrote to them, and what waits for it. Thread-safe.</summary>
public sealed class TelegramChats(TimeProvider clock, TelegramLimits limits)
{
    public const int MostWaiting = 10_000;

    private readonly Lock gate = new();
    private readonly SortedDictionary<long, TelegramChat> chats = [];
    private readonly List<(long Id, JsonObject Update)> waiting = [];
    private readonly Dictionary<string, long> queries = [];
    private readonly Bucket all = new();
    private TaskCompletionSource arrived = NewSignal();
    private long nextUpdate = 100_000_001;
    private int nextMessage;
    private int nextQuery;

    /// <summary>A picture of all chats as they are now.</summary>
    public IReadOnlyList<TelegramChat> All
    {
        get
        {
            lock (gate)
                return [.. chats.Values.Select(chat => chat.Copy())];
        }
    }

    /// <summary>What the bot wrote to somebody, as it stands now.</summary>
    public IReadOnlyList<TelegramMessage> MessagesOf(long chat)
    {
        lock (gate)
            return chats.TryGetValue(chat, out var one) ? [.. one.Messages] : [];
    }

    /// <summary>Somebody writes to the bot.</summary>
    public void Say(long chat, string text, string language = "en")
    {
        lock (gate)
        {
            var one = Of(chat);
            one.Language = language;
            var entities = text.StartsWith('/')
                ? new JsonArray(new JsonObject { ["type"] = "bot_command", ["offset"] = 0, ["length"] = text.Split(' ')[0].Length }) : null;
            var message = new JsonObject
            {
                ["message_id"] = ++nextMessage, ["from"] = Person(one), ["chat"] = ChatOf(one), ["date"] = Now(), ["text"] = text,
            };
            if (entities is not null)
                message["entities"] = entities;
            Add("message", message);
        }
    }

    /// <summary>Somebody presses a button under a message.</summary>
    public void Press(long chat, int messageId, string data)
    {
        lock (gate)
        {
            var one = Of(chat);
            var message = one.Messages.Find(sent => sent.MessageId == messageId) ?? throw new ArgumentException($"There is no message {messageId}.");
            var id = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{7_000_000 + ++nextQuery}");
            queries[id] = chat;
            Add("callback_query", new JsonObject
            {
                ["id"] = id, ["from"] = Person(one), ["message"] = Shown(one, message), ["chat_instance"] = $"{chat}00", ["data"] = data,
            });
        }
    }

    /// <summary>Somebody shuts the bot out, or lets it in again.</summary>
    public void Block(long chat, bool isBlocked = true)
    {
        lock (gate)
            Of(chat).IsBlocked = isBlocked;
    }

    /// <summary>Ends every poll.</summary>
    public void Close()
    {
        lock (gate)
            arrived.TrySetResult();
    }

    internal (JsonArray Updates, Task Arrived) Waiting(long? offset, int limit)
    {
        lock (gate)
        {
            if (offset is < 0)
                waiting.RemoveRange(0, Math.Max(0, waiting.Count + (int)offset));
            else if (offset is { } from)
                waiting.RemoveAll(one => one.Id < from);
            return ([.. waiting.Take(limit).Select(one => one.Update.DeepClone())], arrived.Task);
        }
    }

    internal void Forget()
    {
        lock (gate)
            waiting.Clear();
    }

    internal bool Answer(string query)
    {
        lock (gate)
            return queries.Remove(query);
    }

    internal JsonObject Send(long chat, string text, JsonNode? markup, byte[]? photo)
    {
        lock (gate)
        {
            var one = Reach(chat);
            Spend(one);
            var sent = new TelegramMessage(++nextMessage, Now(), text, markup?.ToJsonString(), photo) { AcceptedAt = clock.GetUtcNow() };
            one.Messages.Add(sent);
            return Shown(one, sent);
        }
    }

    internal JsonObject Edit(long chat, int messageId, string text, JsonNode? markup)
    {
        lock (gate)
        {
            var one = Reach(chat);
            var at = one.Messages.FindIndex(message => message.MessageId == messageId);
            if (at < 0)
                throw new TelegramRefusedException(400, "Bad Request: message to edit not found");
            var old = one.Messages[at];
            var edited = old with { Text = text, Markup = markup?.ToJsonString(), Edits = old.Edits + 1 };
            if (old.Text == text && old.Markup == edited.Markup)
            {
                throw new TelegramRefusedException(
                    400, "Bad Request: message is not modified: specified new message content and reply markup are exactly the same "
                        + "as a current content and reply markup of the message");
            }
            Spend(one);
            one.Messages[at] = edited;
            return Shown(one, edited);
        }
    }

    internal void Require(long chat)
    {
        lock (gate)
            Reach(chat);
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private TelegramChat Of(long chat)
    {
        if (!chats.TryGetValue(chat, out var one))
            chats.Add(chat, one = new TelegramChat { Id = chat });
        return one;
    }

    private TelegramChat Reach(long chat)
    {
        if (!chats.TryGetValue(chat, out var one))
            throw new TelegramRefusedException(400, "Bad Request: chat not found");
        return one.IsBlocked ? throw new TelegramRefusedException(403, "Forbidden: bot was blocked by the user") : one;
    }

    private void Spend(TelegramChat chat)
    {
        var now = clock.GetUtcNow();
        var wait = Math.Max(
            chat.Bucket.Wait(now, limits.ChatPerSecond, limits.Burst), all.Wait(now, limits.AllPerSecond, (int)Math.Ceiling(limits.AllPerSecond)));
        if (wait > 0)
        {
            var seconds = (int)Math.Ceiling(wait);
            throw new TelegramRefusedException(429, $"Too Many Requests: retry after {seconds}", seconds);
        }
        chat.Bucket.Take();
        all.Take();
    }

    private void Add(string kind, JsonObject what)
    {
        if (waiting.Count >= MostWaiting)
            waiting.RemoveAt(0);
        var id = nextUpdate++;
        waiting.Add((id, new JsonObject { ["update_id"] = id, [kind] = what }));
        var signal = arrived;
        arrived = NewSignal();
        signal.TrySetResult();
    }

    private JsonObject Shown(TelegramChat chat, TelegramMessage message)
    {
        var shown = new JsonObject
        {
            ["message_id"] = message.MessageId, ["date"] = message.Date, ["chat"] = ChatOf(chat), ["from"] = TelegramMethods.Bot(),
        };
        if (message.Photo is { } photo)
        {
            shown["photo"] = new JsonArray(new JsonObject
            {
                ["file_id"] = $"photo{message.MessageId}", ["file_unique_id"] = $"unique{message.MessageId}", ["file_size"] = photo.Length,
                ["width"] = TelegramMethods.WidthOf(photo), ["height"] = TelegramMethods.HeightOf(photo),
            });
            shown["caption"] = message.Text;
        }
        else
        {
            shown["text"] = message.Text;
        }
        if (message.Edits > 0)
            shown["edit_date"] = Now();
        return shown;
    }

    private static JsonObject Person(TelegramChat chat) => new()
    {
        ["id"] = Math.Abs(chat.Id), ["is_bot"] = false, ["first_name"] = $"Person {chat.Id}", ["language_code"] = chat.Language,
    };

    private static JsonObject ChatOf(TelegramChat chat) => chat.Id > 0
        ? new() { ["id"] = chat.Id, ["type"] = "private", ["first_name"] = $"Person {chat.Id}" }
        : new() { ["id"] = chat.Id, ["type"] = "group", ["title"] = $"Group {chat.Id}" };

    private long Now() => clock.GetUtcNow().ToUnixTimeSeconds();

    /// <summary>So much at once, and so much more each second.</summary>
    internal sealed class Bucket
    {
        private double spent;
        private DateTimeOffset at;

        public double Wait(DateTimeOffset now, double perSecond, int burst)
        {
            spent = Math.Max(0, spent - (perSecond * (now - at).TotalSeconds));
            at = now;
            return (spent + 1 - burst) / perSecond;
        }

        public void Take() => spent++;
    }
}

/// <summary>One person, or a group.</summary>
public sealed class TelegramChat
{
    public required long Id { get; init; }

    public string Language { get; set; } = "en";

    public bool IsBlocked { get; set; }

    public List<TelegramMessage> Messages { get; private init; } = [];

    [JsonIgnore]
    internal TelegramChats.Bucket Bucket { get; } = new();

    internal TelegramChat Copy() => new() { Id = Id, Language = Language, IsBlocked = IsBlocked, Messages = [.. Messages] };
}

/// <summary>What the bot wrote, as it stands.</summary>
/// <param name="MessageId">Its number.</param>
/// <param name="Date">When it was sent, in seconds.</param>
/// <param name="Text">What it says, without mark-up; under a picture, what is written below.</param>
/// <param name="Markup">Its buttons, as JSON.</param>
/// <param name="Photo">Its picture.</param>
public sealed record TelegramMessage(int MessageId, long Date, string Text, string? Markup, byte[]? Photo)
{
    /// <summary>How often it was changed.</summary>
    public int Edits { get; init; }

    /// <summary>When it was accepted.</summary>
    public DateTimeOffset AcceptedAt { get; init; }
}
