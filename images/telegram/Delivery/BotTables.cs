using System.Collections.Concurrent;
using System.Globalization;
using StockPipeline.Contracts.Alerts;
using StockPipeline.Contracts.Topics;
using StockPipeline.SchemaRegistry.Codecs;
using StockPipeline.Streaming.Producing;
using StockPipeline.Streaming.Tables;
using StockPipeline.Workers;

namespace StockPipeline.TelegramService.Delivery;

/// <summary>
/// What the bot remembers: chats, what it told them, and codes that link them. The topics are the truth; whoever holds their one partition is the
/// bot, and all others wait. Safe from any thread.
/// </summary>
internal sealed class BotTables(PipelineClient client)
{
    private readonly ConcurrentDictionary<long, ChatState> chats = new();
    private readonly ConcurrentDictionary<(long Chat, string Event), ChatMessage> messages = new();
    private readonly ConcurrentDictionary<string, ChatLink> links = new();
    private TopicWriter<ChatState>? chatWriter;
    private TopicWriter<ChatMessage>? messageWriter;
    private TopicWriter<ChatLink>? linkWriter;
    private TopicWriter<AlertRule>? ruleWriter;

    /// <summary>All three topics have one partition, which one replica holds.</summary>
    public async Task<Table[]> OpenAsync(CancellationToken cancellationToken)
    {
        AlertCodecs codecs = client.Codecs.Alerts;
        var (chatCodec, messageCodec) = (await codecs.ChatsAsync(cancellationToken), await codecs.MessagesAsync(cancellationToken));
        var linkCodec = await codecs.LinksAsync(cancellationToken);
        chatWriter = client.Kafka.WriteTo(AlertTopics.Chats, chatCodec);
        messageWriter = client.Kafka.WriteTo(AlertTopics.Messages, messageCodec);
        linkWriter = client.Kafka.WriteTo(AlertTopics.Links, linkCodec);
        ruleWriter = client.Kafka.WriteTo(AlertTopics.Rules, await codecs.RulesAsync(cancellationToken));
        return
        [
            Table.Owned<ChatState>(AlertTopics.Chats, chatCodec, TakeChats, chatWriter),
            Table.Owned<ChatMessage>(AlertTopics.Messages, messageCodec, TakeMessages, messageWriter),
            Table.Of<ChatLink>(AlertTopics.Links, linkCodec, TakeLinks),
        ];
    }

    /// <summary>Forgets everything, to read it anew.</summary>
    public void Clear()
    {
        chats.Clear();
        messages.Clear();
        links.Clear();
    }

    public ChatState? Chat(long chatId) => chats.GetValueOrDefault(chatId);

    public ChatMessage? Message(long chatId, string eventKey) => messages.GetValueOrDefault((chatId, eventKey));

    /// <summary>The chats that are told of what concerns an owner.</summary>
    public IEnumerable<ChatState> ChatsOf(string owner) => chats.Values.Where(chat => chat.IsOpen && (chat.Owner == owner || chat.Account == owner));

    public async Task PutAsync(ChatState chat, CancellationToken cancellationToken)
    {
        chats[chat.ChatId] = chat;
        await chatWriter!.DeliverAsync(chat.ChatId.ToString(CultureInfo.InvariantCulture), chat, cancellationToken);
    }

    public async Task PutAsync(ChatMessage message, CancellationToken cancellationToken)
    {
        messages[(message.ChatId, message.Event)] = message;
        await messageWriter!.DeliverAsync(KeyOf(message.ChatId, message.Event), message, cancellationToken);
    }

    public Task PutAsync(AlertKey key, AlertRule? rule, CancellationToken cancellationToken) =>
        ruleWriter!.DeliverAsync(key.ToString(), rule, cancellationToken);

    /// <summary>There is such a code, though it may be too old.</summary>
    public bool HasCode(string code) => links.ContainsKey(ChatLink.KeyOf(code));

    /// <summary>The account that a code is of; the code is good no more.</summary>
    public async Task<string?> UseAsync(string code, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var key = ChatLink.KeyOf(code);
        if (!links.TryRemove(key, out var link))
            return null;
        await linkWriter!.DeliverAsync(key, null, cancellationToken);
        return link.Expires >= now ? link.Account : null;
    }

    private static string KeyOf(long chat, string eventKey) => string.Create(CultureInfo.InvariantCulture, $"{chat}/{eventKey}");

    private void TakeChats(int partition, ReadOnlySpan<TableRecord<ChatState>> records)
    {
        foreach (ref readonly var record in records)
        {
            if (record.Value is { } chat)
                chats[chat.ChatId] = chat;
            else if (long.TryParse(record.Key, CultureInfo.InvariantCulture, out var number))
                chats.TryRemove(number, out _);
        }
    }

    private void TakeMessages(int partition, ReadOnlySpan<TableRecord<ChatMessage>> records)
    {
        foreach (ref readonly var record in records)
        {
            if (record.Value is { } message)
                messages[(message.ChatId, message.Event)] = message;
            else if (record.Key.Split('/', 2) is [var chat, var key] && long.TryParse(chat, CultureInfo.InvariantCulture, out var number))
                messages.TryRemove((number, key), out _);
        }
    }

    private void TakeLinks(int partition, ReadOnlySpan<TableRecord<ChatLink>> records)
    {
        foreach (ref readonly var record in records)
        {
            if (record.Value is { } link)
                links[record.Key] = link;
            else
                links.TryRemove(record.Key, out _);
        }
    }
}
