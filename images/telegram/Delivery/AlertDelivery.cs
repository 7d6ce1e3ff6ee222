using System.Collections.Concurrent;
using StockPipeline.Contracts.Alerts;
using StockPipeline.Contracts.Topics;
using StockPipeline.Streaming.Tables;
using StockPipeline.TelegramService.Commands;
using StockPipeline.Workers;
using Telegram.Bot;
using Telegram.Bot.Types.Enums;

namespace StockPipeline.TelegramService.Delivery;

/// <summary>
/// Brings events to the chats they concern: once, whoever is the bot, and when one was withdrawn its message is changed in place. What is on its
/// way is written down before it goes, so that whoever comes next knows what he cannot know.
/// </summary>
internal sealed class AlertDelivery(BotTables tables, Outbox outbox, PipelineClient client, TimeProvider market) : ITableHandler
{
    /// <summary>An event that nobody could be told of within this is told no more.</summary>
    private static readonly TimeSpan Remembered = TimeSpan.FromHours(24);

    private readonly Dictionary<string, AlertEvent> read = [];
    private readonly ConcurrentDictionary<(long Chat, string Event), AlertEvent> wanted = new();
    private bool isLive;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var codec = await client.Codecs.Alerts.EventsAsync(cancellationToken);
        await client.Kafka.ReadTables(TableAssignment.All, this, Table.Of<AlertEvent>(AlertTopics.Events, codec, Take)).RunAsync(cancellationToken);
    }

    void ITableHandler.OnAssigned(int partition) => isLive = false;

    void ITableHandler.OnAllCaughtUp()
    {
        isLive = true;
        foreach (var one in read.Values)
            Bring(one);
        read.Clear();
    }

    private void Take(int partition, ReadOnlySpan<TableRecord<AlertEvent>> records)
    {
        foreach (ref readonly var record in records)
        {
            if (record.Value is not { } one)
                read.Remove(record.Key);
            else if (isLive)
                Bring(one);
            else
                read[record.Key] = one;
        }
    }

    private void Bring(AlertEvent one)
    {
        var key = one.Key.ToString();
        foreach (var chat in tables.ChatsOf(one.Owner))
        {
            var known = tables.Message(chat.ChatId, key);
            var isSaid = known is { IsSettled: true } && (known.MessageId is null || known.IsWithdrawn == one.IsWithdrawn);
            var isNothing = known is null && (one.IsWithdrawn || !IsNew(chat, one));
            if ((isSaid || isNothing) && !wanted.ContainsKey((chat.ChatId, key)))
                continue;
            // What has not gone yet goes as it is now.
            wanted[(chat.ChatId, key)] = one;
            outbox.TryAdd(chat.ChatId, token => DeliverAsync(chat.ChatId, key, token));
        }
    }

    private bool IsNew(ChatState chat, AlertEvent one) => one.SaidAt >= chat.Since && one.SaidAt > market.GetUtcNow() - Remembered;

    private async Task DeliverAsync(long chatId, string key, CancellationToken cancellationToken)
    {
        if (!wanted.TryRemove((chatId, key), out var one) || tables.Chat(chatId) is not { IsOpen: true } chat)
            return;
        var known = tables.Message(chatId, key);
        if (known is null or { IsSettled: false, MessageId: null })
            await SendAsync(chat, key, one, isAgain: known is not null, cancellationToken);
        else if (known.MessageId is { } number && known.IsWithdrawn != one.IsWithdrawn)
            await EditAsync(chat, number, known, one, cancellationToken);
    }

    private async Task SendAsync(ChatState chat, string key, AlertEvent one, bool isAgain, CancellationToken cancellationToken)
    {
        if (one.IsWithdrawn && !isAgain)
            return;
        var message = new ChatMessage { ChatId = chat.ChatId, Event = key, IsSettled = true, At = market.GetUtcNow() };
        if (chat.MutedUntil > one.SaidAt)
        {
            await tables.PutAsync(message, cancellationToken);
            return;
        }
        var (texts, isWithdrawn) = (Texts.Of(chat.Language), one.IsWithdrawn);
        await tables.PutAsync(message with { IsSettled = false }, cancellationToken);
        var sent = await outbox.CallAsync(chat.ChatId, (bot, mayBeThere, token) => bot.SendMessage(
            chat.ChatId, texts.Event(one, isAgain || mayBeThere), ParseMode.Html, replyMarkup: Buttons.OfEvent(texts, one), cancellationToken: token),
            cancellationToken);
        await tables.PutAsync(message with { MessageId = sent?.MessageId, IsWithdrawn = isWithdrawn }, cancellationToken);
    }

    private async Task EditAsync(ChatState chat, int number, ChatMessage known, AlertEvent one, CancellationToken cancellationToken)
    {
        var texts = Texts.Of(chat.Language);
        await outbox.CallAsync(chat.ChatId, (bot, _, token) => bot.EditMessageText(
            chat.ChatId, number, texts.Event(one, isAgain: false), ParseMode.Html, replyMarkup: Buttons.OfEvent(texts, one),
            cancellationToken: token), cancellationToken);
        await tables.PutAsync(known with { IsWithdrawn = one.IsWithdrawn, At = market.GetUtcNow() }, cancellationToken);
    }
}
