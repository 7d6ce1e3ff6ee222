using StockPipeline.Contracts.Connections;
using StockPipeline.Hosting.Status;
using Telegram.Bot;
using Telegram.Bot.Exceptions;
using Telegram.Bot.Types;
using Telegram.Bot.Types.Enums;

namespace StockPipeline.TelegramService;

/// <summary>
/// Takes what people write, in order: an update is confirmed by the poll after it, when it has been handled. While somebody else polls, or nobody
/// answers, it waits and says that it is not ready.
/// </summary>
internal sealed class Poller(
    ITelegramBotClient bot, Func<Update, CancellationToken, Task> handle, HealthCheck ready, TimeProvider clock, ILogger log)
{
    private const int WaitSeconds = 25;

    private static readonly BackoffLimits Patience = new() { First = TimeSpan.FromSeconds(1), Cap = TimeSpan.FromSeconds(30) };

    private static readonly UpdateType[] Wanted = [UpdateType.Message, UpdateType.CallbackQuery, UpdateType.MyChatMember];

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var (offset, backoff, isFirst) = (0, new Backoff(Patience, clock), true);
        while (true)
        {
            try
            {
                // The first is asked for at once, so that it is soon known whether all is well.
                var updates = await bot.GetUpdates(
                    offset, timeout: isFirst ? 0 : WaitSeconds, allowedUpdates: Wanted, cancellationToken: cancellationToken);
                (isFirst, backoff) = (false, new Backoff(Patience, clock));
                ready.Ready();
                foreach (var update in updates)
                {
                    await HandleAsync(update, cancellationToken);
                    offset = update.Id + 1;
                }
            }
            catch (ApiRequestException refusal) when (refusal.ErrorCode is StatusCodes.Status401Unauthorized or StatusCodes.Status404NotFound)
            {
                throw new InvalidOperationException($"TELEGRAM_TOKEN is not accepted: {refusal.Message}", refusal);
            }
            catch (ApiRequestException wait) when (wait.ErrorCode == StatusCodes.Status429TooManyRequests)
            {
                await Task.Delay(TimeSpan.FromSeconds(wait.Parameters?.RetryAfter ?? 1), clock, cancellationToken);
            }
            catch (Exception lost) when (lost is RequestException or HttpRequestException or IOException or TaskCanceledException
                && !cancellationToken.IsCancellationRequested)
            {
                var isOther = lost is ApiRequestException { ErrorCode: StatusCodes.Status409Conflict };
                ready.Starting(isOther ? "somebody else polls with the same token" : $"Telegram does not answer: {lost.Message}");
                if (isOther)
                    Log.OtherPoller(log);
                else
                    Log.PollLost(log, lost.Message);
                isFirst = true;
                await backoff.PauseAsync(cancellationToken);
            }
        }
    }

    private async Task HandleAsync(Update update, CancellationToken cancellationToken)
    {
        try
        {
            await handle(update, cancellationToken);
        }
#pragma warning disable CA1031 // One message that cannot be handled must not stop the bot, nor come back for ever.
        catch (Exception broken) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            Log.UpdateFailed(log, update.Id, broken);
        }
    }
}
