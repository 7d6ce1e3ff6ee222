using StockPipeline.Contracts.Alerts;
using StockPipeline.TelegramService.Delivery;
using StockPipeline.TelegramService.Market;
using Telegram.Bot.Types;
using Telegram.Bot.Types.Enums;

namespace StockPipeline.TelegramService.Commands;

/// <summary>Takes what people say and press, and hands it to whoever does it.</summary>
internal sealed class CommandDesk
{
    private readonly BotTables tables;
    private readonly ChatList allowed;
    private readonly Replies replies;
    private readonly ChatCommands chats;
    private readonly RuleCommands rules;
    private readonly MarketCommands market;

    public CommandDesk(BotTables tables, MarketBook book, Outbox outbox, ChatList allowed, TimeProvider clock)
    {
        (this.tables, this.allowed) = (tables, allowed);
        replies = new Replies(outbox);
        chats = new ChatCommands(tables, book, replies, clock);
        rules = new RuleCommands(tables, book, replies);
        market = new MarketCommands(book, replies);
    }

    /// <summary>Handles one update.</summary>
    public async Task HandleAsync(Update update, CancellationToken cancellationToken)
    {
        if (update.Message is { Text: { } text } message && allowed.Holds(message.Chat.Id))
            await CommandAsync(message, text, cancellationToken);
        else if (update.CallbackQuery is { Data: { } data, Message: { } under } query && allowed.Holds(under.Chat.Id))
            await PressAsync(query, under, data, cancellationToken);
        else if (update.MyChatMember is { NewChatMember.Status: ChatMemberStatus.Kicked or ChatMemberStatus.Left } left)
            await chats.CloseAsync(left.Chat.Id, cancellationToken);
    }

    private async Task CommandAsync(Message message, string text, CancellationToken cancellationToken)
    {
        var words = text.Split((char[])[' ', '\n', '\t'], StringSplitOptions.RemoveEmptyEntries);
        if (words.Length == 0 || words[0][0] != '/')
            return;
        var (command, rest) = (words[0][1..].Split('@')[0].ToLowerInvariant(), words[1..]);
        var chat = tables.Chat(message.Chat.Id);
        if (command == "start")
        {
            await chats.StartAsync(message, chat, rest, cancellationToken);
            return;
        }
        var texts = Texts.Of(chat?.Language ?? message.From?.LanguageCode);
        if (chat is not { IsOpen: true })
        {
            replies.Say(message.Chat.Id, command == "help" ? texts.Help : texts.NotStarted);
            return;
        }
        await CommandAsync(chat, texts, message, command, rest, cancellationToken);
    }

    private async Task CommandAsync(
        ChatState chat, Texts texts, Message message, string command, string[] rest, CancellationToken cancellationToken)
    {
        switch (command)
        {
            case "stop":
                await chats.StopAsync(chat, texts, cancellationToken);
                break;
            case "language" when rest is [var language, ..]:
                await chats.SpeakAsync(chat, language, cancellationToken);
                break;
            case "link" when rest is [var code, ..]:
                await chats.LinkAsync(chat, texts, code, cancellationToken);
                break;
            case "mute":
                await chats.MuteAsync(chat, texts, rest.FirstOrDefault(), cancellationToken);
                break;
            case "alert":
                await rules.AddAsync(chat, texts, message, rest, cancellationToken);
                break;
            case "alerts":
                rules.List(chat, texts);
                break;
            case "coins":
                replies.Say(chat.ChatId, texts.Coins, Buttons.OfCoins());
                break;
            default:
                market.Answer(chat, texts, command, rest);
                break;
        }
    }

    private async Task PressAsync(CallbackQuery query, Message under, string data, CancellationToken cancellationToken)
    {
        var chat = tables.Chat(under.Chat.Id);
        var texts = Texts.Of(chat?.Language ?? query.From.LanguageCode);
        var parts = data.Split(':');
        string? said = null;
        if (chat is not { IsOpen: true })
        {
            said = texts.NotStarted;
        }
        else if (parts is [Buttons.Delete, var id])
        {
            await rules.DeleteAsync(chat, id, cancellationToken);
            said = texts.Removed;
        }
        else if (parts is [Buttons.Mute, var time])
        {
            await chats.MuteAsync(chat, texts, time, cancellationToken);
        }
        else
        {
            market.Answer(chat, texts, parts[0], parts[1..]);
        }
        replies.Acknowledge(under.Chat.Id, query.Id, said);
    }
}
