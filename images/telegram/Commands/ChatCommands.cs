using StockPipeline.Alerts;
using StockPipeline.Contracts.Alerts;
using StockPipeline.TelegramService.Delivery;
using StockPipeline.TelegramService.Market;
using Telegram.Bot.Types;

namespace StockPipeline.TelegramService.Commands;

/// <summary>Opens, closes, links and mutes a chat, and chooses its language.</summary>
internal sealed class ChatCommands(BotTables tables, MarketBook book, Replies replies, TimeProvider clock)
{
    /// <summary>A code that is not there by then is none.</summary>
    private const int CodeLooks = 40;

    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(50);

    private static readonly TimeSpan UsualMute = TimeSpan.FromHours(8);

    public async Task StartAsync(Message message, ChatState? known, string[] rest, CancellationToken cancellationToken)
    {
        var language = known?.Language ?? Texts.Of(message.From?.LanguageCode).Code;
        var chat = known is { IsOpen: true } ? known : new ChatState
        {
            ChatId = message.Chat.Id, IsOpen = true, Language = language, Since = book.Now, Account = known?.Account, Coins = known?.Coins ?? "",
        };
        await tables.PutAsync(chat, cancellationToken);
        var texts = Texts.Of(language);
        if (rest is [var code, ..])
            await LinkAsync(chat, texts, code, cancellationToken);
        else
            replies.Say(chat.ChatId, texts.Welcome);
    }

    /// <summary>Links the chat to the account that the code is of. A code may be used in the same breath in which it was made.</summary>
    public async Task LinkAsync(ChatState chat, Texts texts, string code, CancellationToken cancellationToken)
    {
        if (tables.HasCode(code))
            await UseAsync(chat, texts, code, cancellationToken);
        else
            replies.Later(chat.ChatId, token => UseSoonAsync(chat.ChatId, texts, code, token));
    }

    public async Task MuteAsync(ChatState chat, Texts texts, string? word, CancellationToken cancellationToken)
    {
        if (word is "off" or "выкл" or "0")
        {
            await tables.PutAsync(chat with { MutedUntil = null }, cancellationToken);
            replies.Say(chat.ChatId, texts.Unmuted);
            return;
        }
        var time = word is null ? UsualMute : AlertSentence.TryReadTime(word, out var read) ? read : TimeSpan.Zero;
        if (time <= TimeSpan.Zero)
        {
            replies.Say(chat.ChatId, texts.NotUnderstood(word!));
            return;
        }
        var until = book.Now + time;
        await tables.PutAsync(chat with { MutedUntil = until }, cancellationToken);
        replies.Say(chat.ChatId, texts.Muted(until));
    }

    public async Task StopAsync(ChatState chat, Texts texts, CancellationToken cancellationToken)
    {
        await CloseAsync(chat.ChatId, cancellationToken);
        replies.Say(chat.ChatId, texts.Goodbye);
    }

    /// <summary>Nothing is sent to a chat that is closed.</summary>
    public async Task CloseAsync(long chatId, CancellationToken cancellationToken)
    {
        if (tables.Chat(chatId) is { } chat)
            await tables.PutAsync(chat with { IsOpen = false }, cancellationToken);
    }

    public async Task SpeakAsync(ChatState chat, string language, CancellationToken cancellationToken)
    {
        var texts = Texts.Of(language);
        await tables.PutAsync(chat with { Language = texts.Code }, cancellationToken);
        replies.Say(chat.ChatId, texts.Welcome);
    }

    private async Task UseSoonAsync(long chatId, Texts texts, string code, CancellationToken cancellationToken)
    {
        for (var looks = 0; looks < CodeLooks && !tables.HasCode(code); looks++)
            await Task.Delay(BetweenLooks, clock, cancellationToken);
        if (tables.Chat(chatId) is { } chat)
            await UseAsync(chat, texts, code, cancellationToken);
    }

    private async Task UseAsync(ChatState chat, Texts texts, string code, CancellationToken cancellationToken)
    {
        if (await tables.UseAsync(code, book.Now, cancellationToken) is { } account)
        {
            await tables.PutAsync(chat with { Account = account, Since = book.Now }, cancellationToken);
            replies.Say(chat.ChatId, texts.Linked);
        }
        else
        {
            replies.Say(chat.ChatId, texts.BadCode);
        }
    }
}
