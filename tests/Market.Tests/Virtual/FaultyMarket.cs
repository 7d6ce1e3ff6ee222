using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using StockPipeline.Market.Contract;
using StockPipeline.Market.Streams;
using StockPipeline.MarketTests.Server;

namespace StockPipeline.MarketTests.Virtual;

/// <summary>
/// A market that trades on whatever happens to its streams, and remembers every trade, so that what a client has missed can be told from
/// outside. Faults are switched on by the test.
/// </summary>
internal sealed class FaultyMarket(VirtualTime time, IReadOnlyList<StreamSubscription> shares, Random random)
{
    private static readonly SubscriptionStatus[] Refusals =
    [
        SubscriptionStatus.InternalError, SubscriptionStatus.TooManyRequests, SubscriptionStatus.LimitIsExceeded,
        SubscriptionStatus.InstrumentNotFound,
    ];

    private readonly Dictionary<StreamSubscription, List<DateTimeOffset>> trades =
        shares.ToDictionary(share => share, _ => new List<DateTimeOffset>());
    private readonly HashSet<string> active = [];
    private bool muted;

    /// <summary>How many of the next requests for subscriptions are refused in part.</summary>
    public int RefuseNext { get; set; }

    /// <summary>How many of the next answers leave elements out, which are not subscribed.</summary>
    public int CutNext { get; set; }

    /// <summary>How many of the next answers leave elements out that are subscribed all the same.</summary>
    public int ConcealNext { get; set; }

    /// <summary>How many of the next requests get no answer at all.</summary>
    public int IgnoreNext { get; set; }

    /// <summary>How the next streams end as soon as they are opened.</summary>
    public Queue<Status> EndNext { get; } = new();

    /// <summary>Until then every message takes up to <see cref="Delay"/>.</summary>
    public DateTimeOffset SlowUntil { get; set; }

    public TimeSpan Delay { get; set; }

    public VirtualCall? Current { get; private set; }

    public IReadOnlyList<DateTimeOffset> TradesOf(StreamSubscription share) => trades[share];

    /// <summary>A client opens a stream.</summary>
    public AsyncDuplexStreamingCall<MarketDataRequest, MarketDataResponse> Open(CancellationToken cancellationToken)
    {
        var call = new VirtualCall(time, Latency, Serve, cancellationToken);
        if (EndNext.TryDequeue(out var status))
        {
            call.End(status);
        }
        else
        {
            Current = call;
            muted = false;
            active.Clear();
        }
        return call.ToCall();
    }

    /// <summary>Everybody trades once.</summary>
    public void Trade()
    {
        foreach (var share in shares)
        {
            trades[share].Add(time.Now);
            if (active.Contains(share.InstrumentId))
                Send(Samples.Candle(share, time.Now));
        }
        Send(new MarketDataResponse { Ping = new Ping { Time = Timestamp.FromDateTimeOffset(time.Now) } });
    }

    /// <summary>Says nothing any more on the present stream.</summary>
    public void Mute() => muted = true;

    /// <summary>Drops one subscription without telling.</summary>
    public void Forget(int share) => active.Remove(shares[share].InstrumentId);

    private TimeSpan Latency() => random.NextDouble() * (time.Now < SlowUntil ? Delay : TimeSpan.FromMilliseconds(5));

    private void Serve(VirtualCall call, MarketDataRequest request)
    {
        if (call != Current)
            return;
        switch (request.PayloadCase)
        {
            case MarketDataRequest.PayloadOneofCase.SubscribeCandlesRequest when IgnoreNext > 0:
                IgnoreNext--;
                break;
            case MarketDataRequest.PayloadOneofCase.SubscribeCandlesRequest:
                Subscribe(request.SubscribeCandlesRequest);
                break;
            case MarketDataRequest.PayloadOneofCase.GetMySubscriptions:
                var mine = active.Select(id => new CandleInstrument { InstrumentId = id, Interval = SubscriptionInterval.OneMinute });
                Send(new MarketDataResponse { SubscribeCandlesResponse = ScriptedStream.Reply(mine, _ => SubscriptionStatus.Success) });
                break;
        }
    }

    private void Subscribe(SubscribeCandlesRequest request)
    {
        var (refuse, cut, conceal) = (RefuseNext > 0, CutNext > 0, ConcealNext > 0);
        RefuseNext -= refuse ? 1 : 0;
        CutNext -= cut ? 1 : 0;
        ConcealNext -= conceal ? 1 : 0;
        var taken = request.Instruments.Where((_, at) => !cut || at % 3 != 1).ToList();
        var statuses = new Dictionary<string, SubscriptionStatus>();
        foreach (var (at, one) in taken.Index())
            statuses[one.InstrumentId] = refuse && at % 2 == 0 ? Refusals[at / 2 % Refusals.Length] : SubscriptionStatus.Success;
        active.UnionWith(statuses.Where(one => one.Value == SubscriptionStatus.Success).Select(one => one.Key));
        var answered = taken.Where((_, at) => !conceal || at % 3 != 2);
        Send(new MarketDataResponse { SubscribeCandlesResponse = ScriptedStream.Reply(answered, one => statuses[one.InstrumentId]) });
    }

    private void Send(MarketDataResponse message)
    {
        if (!muted)
            Current?.Send(message);
    }
}
