using System.Threading.Channels;
using Google.Protobuf.WellKnownTypes;
using StockPipeline.Market.Contract;
using StockPipeline.Market.Grpc;
using StockPipeline.Market.Streams;
using StockPipeline.MarketTests.Server;

namespace StockPipeline.MarketTests.Streams;

/// <summary>
/// A market that trades on whatever happens to its streams, and remembers every trade, so that what a client has missed can be told from
/// outside. Faults are switched on by the test.
/// </summary>
internal sealed class FaultyMarket(IReadOnlyList<StreamSubscription> shares, TimeProvider clock)
{
    private static readonly SubscriptionStatus[] Refusals =
    [
        SubscriptionStatus.InternalError, SubscriptionStatus.TooManyRequests, SubscriptionStatus.LimitIsExceeded,
            SubscriptionStatus.InstrumentNotFound,
    ];

    private readonly Lock gate = new();
    private readonly Dictionary<StreamSubscription, List<DateTimeOffset>> trades =
        shares.ToDictionary(share => share, _ => new List<DateTimeOffset>());
    private readonly HashSet<string> active = [];
    private ScriptedStream? current;
    private Channel<MarketDataResponse>? outgoing;
    private bool muted;

    /// <summary>How many of the next requests for subscriptions are refused in part.</summary>
    public int RefuseNext { get; set; }

    /// <summary>How many of the next answers leave elements out.</summary>
    public int CutNext { get; set; }

    /// <summary>How many of the next requests get no answer at all.</summary>
    public int IgnoreNext { get; set; }

    /// <summary>How the next streams end as soon as they are opened.</summary>
    public Queue<GrpcStatus> EndNext { get; } = new();

    public IReadOnlyList<DateTimeOffset> TradesOf(StreamSubscription share)
    {
        lock (gate)
            return [.. trades[share]];
    }

    public int Active
    {
        get
        {
            lock (gate)
                return current is { IsOver: false } && !muted ? active.Count : 0;
        }
    }

    /// <summary>Everybody trades once.</summary>
    public void Trade()
    {
        foreach (var share in shares)
        {
            lock (gate)
            {
                var at = clock.GetUtcNow();
                trades[share].Add(at);
                if (active.Contains(share.InstrumentId))
                    Send(Samples.Candle(share, at));
            }
        }
        lock (gate)
            Send(new MarketDataResponse { Ping = new Ping { Time = Timestamp.FromDateTimeOffset(clock.GetUtcNow()) } });
    }

    public void Mute()
    {
        lock (gate)
            muted = true;
    }

    /// <summary>Drops one subscription without telling.</summary>
    public void Forget(int share)
    {
        lock (gate)
            active.Remove(shares[share].InstrumentId);
    }

    public ScriptedStream? Current
    {
        get
        {
            lock (gate)
                return current;
        }
    }

    /// <summary>Serves one stream to its end.</summary>
    public async Task ServeAsync(ScriptedStream stream)
    {
        Channel<MarketDataResponse> mine;
        lock (gate)
        {
            if (EndNext.TryDequeue(out var status))
            {
                _ = stream.EndAsync(status);
                return;
            }
            (current, muted, outgoing) = (stream, false, mine = Channel.CreateUnbounded<MarketDataResponse>());
            active.Clear();
        }
        var pumping = PumpAsync(stream, mine.Reader);
        while (await stream.ReadAsync() is { } request)
        {
            lock (gate)
            {
                if (current == stream)
                    Take(request);
            }
        }
        mine.Writer.Complete();
        await pumping;
    }

    private static async Task PumpAsync(ScriptedStream stream, ChannelReader<MarketDataResponse> messages)
    {
        await foreach (var message in messages.ReadAllAsync())
            await stream.SendAsync(message);
    }

    private void Take(MarketDataRequest request)
    {
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
        var refuse = RefuseNext > 0;
        var cut = CutNext > 0;
        RefuseNext -= refuse ? 1 : 0;
        CutNext -= cut ? 1 : 0;
        var answered = request.Instruments.Where((_, at) => !cut || at % 3 != 1).ToList();
        var statuses = new Dictionary<string, SubscriptionStatus>();
        foreach (var (at, one) in answered.Index())
            statuses[one.InstrumentId] = refuse && at % 2 == 0 ? Refusals[at / 2 % Refusals.Length] : SubscriptionStatus.Success;
        foreach (var (id, status) in statuses)
        {
            if (status == SubscriptionStatus.Success)
                active.Add(id);
        }
        Send(new MarketDataResponse { SubscribeCandlesResponse = ScriptedStream.Reply(answered, one => statuses[one.InstrumentId]) });
    }

    private void Send(MarketDataResponse message)
    {
        if (!muted)
            outgoing?.Writer.TryWrite(message);
    }
}
