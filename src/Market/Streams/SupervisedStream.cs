using System.Threading.Channels;
using Grpc.Core;
using Microsoft.Extensions.Logging;
using StockPipeline.Contracts.Connections;
using StockPipeline.Market.Contract;
using StockPipeline.Market.Errors;

namespace StockPipeline.Market.Streams;

/// <summary>
/// Keeps one stream alive: opens it while something is wanted on it, notices silence, reconnects and subscribes everything again. While nobody
/// is let in it waits, and says so once.
/// </summary>
/// <param name="number">Which of the owner's streams it is, counted from 0.</param>
/// <param name="setup">What it shares with the others.</param>
/// <param name="previous">The stream that is opened first: of too few, the ones with the lowest numbers are had.</param>
internal sealed class SupervisedStream(int number, StreamSetup setup, SupervisedStream? previous)
{
    private readonly TaskCompletionSource opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SubscriptionTracker tracker = new(setup.Options, setup.Source);
    private readonly AsyncAutoResetEvent changed = new();
    private volatile bool isBeyondAccount;
    private CallStatus? blocked;

    /// <summary>The account had no stream left when this one was last opened, or one before it that has to come first.</summary>
    public bool IsBeyondAccount => isBeyondAccount || (!opened.Task.IsCompleted && previous?.IsBeyondAccount == true);

    /// <summary>Raised when <see cref="IsBeyondAccount"/> changes.</summary>
    public event Action? AccountChanged;

    public void Want(IReadOnlyCollection<StreamSubscription> wanted)
    {
        tracker.Want(wanted);
        changed.Set();
    }

    /// <summary>Runs until told to stop. While nothing is wanted there is no connection.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var backoff = new Backoff(setup.Options.Reconnect, setup.Clocks.Network, setup.Chance);
        while (true)
        {
            while (tracker.IsEmpty)
                await changed.WaitAsync(cancellationToken);
            if (previous is not null)
                await previous.opened.Task.WaitAsync(cancellationToken);
            var session = new MarketSession(number, setup, tracker, changed, Opened);
            var status = await session.RunAsync(cancellationToken);
            tracker.Lost();
            if (session.HasWorked)
            {
                backoff.Succeeded();
                blocked = null;
            }
            SetBeyondAccount(status is not null && ErrorTable.SaysNoStreamLeft(status));
            if (status is not null)
                await PauseAsync(status, backoff, cancellationToken);
        }
    }

    private void Opened()
    {
        opened.TrySetResult();
        SetBeyondAccount(false);
    }

    private async Task PauseAsync(CallStatus status, Backoff backoff, CancellationToken cancellationToken)
    {
        var verdict = ErrorTable.Judge(status);
        // What the API asks for is the least, by the clock it counts with; a little more keeps many clients from coming back at once.
        var isQuota = verdict.Action == ErrorAction.Wait;
        var isBlocked = verdict.Action is ErrorAction.Blocked or ErrorAction.Final;
        var pause = isQuota ? verdict.Pause * (1 + (0.1 * setup.Chance()))
            : isBlocked ? setup.Options.BlockedRetry
            : backoff.NextPause() ?? setup.Options.Reconnect.Cap;
        if (!isBlocked)
            Log.StreamLost(setup.Log, pause, status);
        else if ((blocked?.Code, blocked?.Detail) != (status.Code, status.Detail))
            Log.StreamBlocked(setup.Log, verdict.Sentence, pause);
        blocked = isBlocked ? status : null;
        await setup.Events.WriteAsync(new ConnectionLost(number, status, pause, setup.Clocks.Market.GetUtcNow()), cancellationToken);
        await Task.Delay(pause, isQuota ? setup.Clocks.Market : setup.Clocks.Network, cancellationToken);
    }

    private void SetBeyondAccount(bool beyond)
    {
        if (isBeyondAccount == beyond)
            return;
        isBeyondAccount = beyond;
        AccountChanged?.Invoke();
    }
}

/// <summary>Holds what all streams of one owner share.</summary>
internal sealed record StreamSetup(
    Func<CancellationToken, AsyncDuplexStreamingCall<MarketDataRequest, MarketDataResponse>> Open, MarketStreamOptions Options,
    GetCandlesRequest.Types.CandleSource Source, StreamClocks Clocks, ChannelWriter<MarketEvent> Events, Func<double> Chance, ILogger Log);

/// <summary>
/// Holds the two clocks of a stream: the market's, in which trades and missed spans are told, and the network's, by which silence and pauses
/// are measured. They differ when a simulated market runs faster than real time.
/// </summary>
internal sealed class StreamClocks(TimeProvider market, TimeProvider network)
{
    private readonly long started = network.GetTimestamp();

    public TimeProvider Market { get; } = market;

    public TimeProvider Network { get; } = network;

    /// <summary>Network time since the stream was made; never goes back.</summary>
    public TimeSpan Elapsed => Network.GetElapsedTime(started);
}

/// <summary>Wakes the one who waits, or keeps a single signal until somebody does.</summary>
internal sealed class AsyncAutoResetEvent
{
    private readonly Channel<bool> signal = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    public void Set() => signal.Writer.TryWrite(true);

    public async ValueTask WaitAsync(CancellationToken cancellationToken) => await signal.Reader.ReadAsync(cancellationToken);
}
