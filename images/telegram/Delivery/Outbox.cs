using System.Collections.Concurrent;
using System.Threading.Channels;
using StockPipeline.Contracts.Connections;
using StockPipeline.Hosting.Telemetry;
using Telegram.Bot;
using Telegram.Bot.Exceptions;

namespace StockPipeline.TelegramService.Delivery;

/// <summary>
/// The way to Telegram: what goes to one chat goes in order, no chat waits for another, and all together keep to the limits. What is refused for
/// want of time or of a network is sent again; who has shut the bot out is said so.
/// </summary>
internal sealed class Outbox(ITelegramBotClient bot, Func<long, CancellationToken, Task> close, Metrics metrics, TimeProvider clock, ILogger log)
{
    /// <summary>Waiting for one chat at most; what comes beyond is refused.</summary>
    public const int MostWaiting = 1_000;

    public const int MostChats = 20_000;

    private static readonly BackoffLimits Patience = new() { First = TimeSpan.FromMilliseconds(500), Cap = TimeSpan.FromSeconds(30) };

    private readonly ConcurrentDictionary<long, Channel<Func<CancellationToken, Task>>> chats = new();
    private readonly TaskCompletionSource failure = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Pace pace = new();
    private readonly Counter sent = metrics.Counter("stockpipeline_telegram_calls_total", "Calls that Telegram has answered well.");
    private readonly Counter again = metrics.Counter("stockpipeline_telegram_retries_total", "Calls that were made again.");
    private readonly Counter refused = metrics.Counter("stockpipeline_telegram_refused_total", "Messages that could not be brought to their chat.");

    private CancellationToken stopping;

    /// <summary>Works until stop is asked for.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        stopping = cancellationToken;
        await failure.Task.WaitAsync(cancellationToken);
    }

    /// <summary>Puts work for a chat behind what waits for it; false where too much does.</summary>
    public bool TryAdd(long chat, Func<CancellationToken, Task> work)
    {
        if (!chats.TryGetValue(chat, out var queue))
        {
            if (chats.Count >= MostChats)
                return Refused(chat);
            queue = Channel.CreateBounded<Func<CancellationToken, Task>>(
                new BoundedChannelOptions(MostWaiting) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });
            if (chats.TryAdd(chat, queue))
                _ = DrainAsync(chat, queue.Reader);
            else
                queue = chats[chat];
        }
        return queue.Writer.TryWrite(work) || Refused(chat);
    }

    /// <summary>Makes a call for a chat, as often as it takes.</summary>
    /// <param name="chat">Whose limit it counts to.</param>
    /// <param name="call">What is called; told whether an earlier try may have reached its goal.</param>
    /// <param name="cancellationToken">Ends the trying.</param>
    /// <returns>Nothing where Telegram will not have it.</returns>
    public async Task<T?> CallAsync<T>(
        long chat, Func<ITelegramBotClient, bool, CancellationToken, Task<T>> call, CancellationToken cancellationToken)
    {
        var (backoff, mayBeThere) = (new Backoff(Patience, clock), false);
        while (true)
        {
            while (pace.WaitFor(chat, clock.GetUtcNow()) is { } wait && wait > TimeSpan.Zero)
                await Task.Delay(wait, clock, cancellationToken);
            try
            {
                var result = await call(bot, mayBeThere, cancellationToken);
                sent.Increment();
                return result;
            }
            catch (ApiRequestException answer) when (answer.ErrorCode == StatusCodes.Status429TooManyRequests)
            {
                pace.Pause(clock.GetUtcNow() + TimeSpan.FromSeconds(answer.Parameters?.RetryAfter ?? 1));
            }
            catch (ApiRequestException answer) when (answer.ErrorCode == StatusCodes.Status403Forbidden
                || answer.Message.Contains("chat not found", StringComparison.Ordinal))
            {
                Log.ChatClosed(log, chat, answer.Message);
                await close(chat, cancellationToken);
                return default;
            }
            catch (ApiRequestException answer) when (answer.Message.Contains("is not modified", StringComparison.Ordinal))
            {
                // It says so already: an earlier try has reached its goal.
                return default;
            }
            catch (ApiRequestException answer) when (answer.ErrorCode is >= 400 and < 500)
            {
                refused.Increment();
                Log.CallRefused(log, chat, answer.ErrorCode, answer.Message);
                return default;
            }
            catch (Exception lost) when (lost is RequestException or HttpRequestException or IOException or TaskCanceledException
                && !cancellationToken.IsCancellationRequested)
            {
                mayBeThere |= lost is not ApiRequestException;
                Log.CallLost(log, chat, lost.Message);
                await backoff.PauseAsync(cancellationToken);
            }
            again.Increment();
        }
    }

    private bool Refused(long chat)
    {
        refused.Increment();
        Log.QueueFull(log, chat);
        return false;
    }

    private async Task DrainAsync(long chat, ChannelReader<Func<CancellationToken, Task>> queue)
    {
        try
        {
            await Task.Yield();
            await foreach (var work in queue.ReadAllAsync(stopping))
                await work(stopping);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The bot stops, or somebody else is the bot now.
        }
#pragma warning disable CA1031 // Whatever it is, a chat that is served no longer must end the process, not be silent.
        catch (Exception broken)
#pragma warning restore CA1031
        {
            failure.TrySetException(new InvalidOperationException($"Chat {chat} can be served no longer: {broken.Message}", broken));
        }
    }
}
