using StockPipeline.TelegramService.Delivery;
using Telegram.Bot;
using Telegram.Bot.Types;

namespace StockPipeline.TelegramService.Commands;

/// <summary>Tells Telegram which commands there are, in each language, until it has heard.</summary>
internal sealed class CommandMenu(Outbox outbox)
{
    /// <summary>Nobody's chat: a call counts to the limit of all.</summary>
    private const long Nobody = 0;

    public async Task AnnounceAsync(CancellationToken cancellationToken)
    {
        await SetAsync(Texts.Of("en"), null, cancellationToken);
        await SetAsync(Texts.Of("ru"), "ru", cancellationToken);
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
    }

    private Task<bool> SetAsync(Texts texts, string? language, CancellationToken cancellationToken)
    {
        var commands = texts.Commands.Select(one => new BotCommand { Command = one.Command, Description = one.Description }).ToList();
        return outbox.CallAsync(Nobody, async (bot, _, token) =>
        {
            await bot.SetMyCommands(commands, languageCode: language, cancellationToken: token);
            return true;
        }, cancellationToken);
    }
}
