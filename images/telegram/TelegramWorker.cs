using Microsoft.Extensions.Options;
using StockPipeline.Hosting.Services;
using StockPipeline.Hosting.Status;
using StockPipeline.Hosting.Telemetry;
using StockPipeline.Streaming.Tables;
using StockPipeline.TelegramService.Commands;
using StockPipeline.TelegramService.Delivery;
using StockPipeline.TelegramService.Market;
using StockPipeline.Workers;
using Telegram.Bot;

namespace StockPipeline.TelegramService;

/// <summary>
/// Speaks with people in Telegram. Of any number of replicas one is the bot: the one that holds the partition of what the bot remembers. The others
/// wait, and go on where it was.
/// </summary>
internal sealed class TelegramWorker(
    IOptions<TelegramOptions> options, PipelineClient client, Health health, Metrics metrics, TimeProvider clock, ServiceInstance instance,
    ILogger<TelegramWorker> log)
    : PipelineWorker, ITableHandler
{
    private static readonly TimeSpan PollTimeout = TimeSpan.FromSeconds(40);

    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(15);

    private readonly BotTables tables = new(client);
    private readonly HealthCheck ready = health.Check("telegram");
    private readonly TaskCompletionSource failure = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TimeProvider? market;
    private CancellationTokenSource? ending;
    private Task session = Task.CompletedTask;

    protected override async Task RunAsync(CancellationToken cancellationToken)
    {
        ready.Starting("the chats are being read");
        market = await FollowedClock.FollowAsync(options.Value.Clock, clock, log, cancellationToken);
        var owned = await tables.OpenAsync(cancellationToken);
        // Who waits to be the bot is as ready as he can be.
        ready.Ready("another replica is the bot");
        await Together.RunAsync(
            cancellationToken,
            client.Kafka.ReadTables(TableAssignment.Group("telegram"), this, owned).RunAsync,
            token => failure.Task.WaitAsync(token));
    }

    void ITableHandler.OnAssigned(int partition)
    {
        tables.Clear();
        ready.Starting("the chats are being read");
    }

    ValueTask ITableHandler.OnCaughtUpAsync(int partition, CancellationToken cancellationToken)
    {
        ending = new CancellationTokenSource();
        session = LeadAsync(ending.Token);
        return ValueTask.CompletedTask;
    }

    async ValueTask ITableHandler.OnRevokedAsync(int partition, CancellationToken cancellationToken)
    {
        if (ending is null)
            return;
        await ending.CancelAsync();
        await session.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        ending.Dispose();
        ending = null;
        Log.Following(log);
        await client.Kafka.FlushAsync(cancellationToken);
    }

    private async Task LeadAsync(CancellationToken cancellationToken)
    {
        try
        {
            await Task.Yield();
            using var polls = new HttpClient { Timeout = PollTimeout };
            using var calls = new HttpClient { Timeout = CallTimeout };
            var book = new MarketBook(client, market!);
            var outbox = new Outbox(Client(calls), CloseAsync, metrics, clock, log);
            var commands = new CommandDesk(tables, book, outbox, options.Value.Allowed, clock);
            var poller = new Poller(Client(polls), commands.HandleAsync, ready, clock, log);
            Log.Leading(log, instance.Name);
            await Together.RunAsync(
                cancellationToken,
                book.RunAsync,
                outbox.RunAsync,
                new AlertDelivery(tables, outbox, client, market!).RunAsync,
                async token =>
                {
                    await book.Complete.WaitAsync(token);
                    await poller.RunAsync(token);
                },
                new CommandMenu(outbox).AnnounceAsync);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Somebody else is the bot now, or the process stops.
        }
#pragma warning disable CA1031 // Whatever it is, it ends the process, with its reason.
        catch (Exception broken)
#pragma warning restore CA1031
        {
            failure.TrySetException(broken);
        }
    }

    private async Task CloseAsync(long chat, CancellationToken cancellationToken)
    {
        if (tables.Chat(chat) is { } known)
            await tables.PutAsync(known with { IsOpen = false }, cancellationToken);
    }

    private TelegramBotClient Client(HttpClient http) =>
        // The library would sleep through refusals by itself, with nobody knowing.
        new(new TelegramBotClientOptions(options.Value.Token!.Reveal(), options.Value.Api.ToString().TrimEnd('/')) { RetryCount = 0 }, http);
}
