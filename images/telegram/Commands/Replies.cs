using StockPipeline.TelegramService.Delivery;
using Telegram.Bot;
using Telegram.Bot.Types;
using Telegram.Bot.Types.Enums;
using Telegram.Bot.Types.ReplyMarkups;

namespace StockPipeline.TelegramService.Commands;

/// <summary>Puts what is answered to a chat behind what waits for it.</summary>
internal sealed class Replies(Outbox outbox)
{
    public void Say(long chat, string text, ReplyMarkup? buttons = null) => outbox.TryAdd(chat, token => outbox.CallAsync(
        chat, (client, _, inner) => client.SendMessage(chat, text, ParseMode.Html, replyMarkup: buttons, cancellationToken: inner), token));

    public void Show(long chat, byte[] picture, string caption) => outbox.TryAdd(chat, token => outbox.CallAsync(chat, async (client, _, inner) =>
    {
        using var stream = new MemoryStream(picture);
        return await client.SendPhoto(chat, InputFile.FromStream(stream, "chart.png"), caption, cancellationToken: inner);
    }, token));

    /// <summary>Tells Telegram that a button has done what it does, and the reader in a line that goes away.</summary>
    public void Acknowledge(long chat, string queryId, string? said) => outbox.TryAdd(chat, token => outbox.CallAsync(0, async (client, _, inner) =>
    {
        await client.AnswerCallbackQuery(queryId, said, cancellationToken: inner);
        return true;
    }, token));

    /// <summary>Does something when it is the chat's turn; other chats do not wait for it.</summary>
    public void Later(long chat, Func<CancellationToken, Task> work) => outbox.TryAdd(chat, work);
}
