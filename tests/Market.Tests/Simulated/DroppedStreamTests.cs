using Grpc.Core;
using Microsoft.Extensions.Logging.Abstractions;
using StockPipeline.Contracts.Connections;
using StockPipeline.Contracts.Time;
using StockPipeline.Market.Api;
using StockPipeline.Market.Limits;
using StockPipeline.Market.Streams;
using StockPipeline.Simulator;
using StockPipeline.Simulator.Faults;
using StockPipeline.Testing;
using static StockPipeline.MarketTests.Samples;

namespace StockPipeline.MarketTests.Simulated;

public sealed class DroppedStreamTests
{
    [Theory]
    [InlineData(DropManner.Status, StatusCode.Unavailable)]
    [InlineData(DropManner.Reset, StatusCode.Cancelled)]
    [InlineData(DropManner.GoAway, StatusCode.Cancelled)]
    [InlineData(DropManner.Abort, StatusCode.Unavailable)]
    public async Task However_a_stream_is_dropped_the_span_is_told_that_was_missed(DropManner manner, StatusCode code)
    {
        await using var simulator = await MarketSimulator.StartAsync(new SimulatorOptions { Start = Utc(2026, 3, 3, 11), Speed = 20 });
        using var client = new InvestApiClient(
            new InvestApiOptions { Host = simulator.Endpoint.ToString() },
            new InProcessQuota(simulator.Clock),
            NullLogger<InvestApiClient>.Instance);
        var options = new MarketStreamOptions
        {
            Reconnect = new BackoffLimits { First = TimeSpan.FromMilliseconds(20), Cap = TimeSpan.FromMilliseconds(100) },
        };
        var stream = new MarketStream(client, options, simulator.Clock, NullLogger<MarketStream>.Instance);
        var sber = new StreamSubscription(Sber.Figi, Sber.Uid, Interval.OneMinute);
        stream.Want([sber]);
        using var stopping = new CancellationTokenSource();
        var running = stream.RunAsync(stopping.Token);
        var proven = (await NextAsync<Subscribed>(stream)).At;

        simulator.Faults.Set(new FaultRule { Kind = FaultKind.DropStream, Limit = 1, Manner = manner });
        StatusCode? lost = null;
        SpanMissed? missed = null;
        while (missed is null)
        {
            switch (await NextAsync<MarketEvent>(stream))
            {
                case CandleReceived received:
                    proven = received.Candle.LastTradeTime is { } trade && trade > proven ? trade : proven;
                    break;
                case ConnectionLost one:
                    lost = one.Status.Code;
                    break;
                case SpanMissed span:
                    missed = span;
                    break;
            }
        }
        await NextAsync<CandleReceived>(stream);
        await stopping.CancelAsync();
        await running;

        Assert.Equal(code, lost);
        Assert.Equal((sber, proven), (missed.Subscription, missed.Missed.From));
    }

    private static async Task<T> NextAsync<T>(MarketStream stream)
        where T : MarketEvent
    {
        while (true)
        {
            if (await stream.Events.ReadAsync().AsTask().WaitAsync(Eventually.Patience, TimeProvider.System) is T wanted)
                return wanted;
        }
    }
}
