using System.Net.Http.Json;
using StockPipeline.Market.Clock;
using StockPipeline.Testing;

namespace StockPipeline.MarketTests.Clock;

public sealed class SimulatedClockTests
{
    private const double Speed = 1_000;

    private static readonly DateTimeOffset Opening = new(2025, 6, 11, 7, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task One_slow_answer_does_not_set_the_clock_wrong()
    {
        var real = new ManualClock(DateTimeOffset.UnixEpoch);
        // All of the first answer's 300 ms pass before the simulator has even read its clock.
        using var http = new HttpClient(new SimulatorDouble(real, TimeSpan.FromMilliseconds(300), TimeSpan.FromMilliseconds(2)));

        var clock = await SimulatedClock.FollowAsync(http, new Uri("http://simulator/clock"), real, CancellationToken.None);

        var right = Opening + ((real.GetUtcNow() - DateTimeOffset.UnixEpoch) * Speed);
        Assert.InRange(clock.GetUtcNow(), right - TimeSpan.FromSeconds(1), right + TimeSpan.FromSeconds(1));
    }

    /// <summary>Answers with the market's time at the moment it answers; each takes as long as said, those after the last as the last.</summary>
    private sealed class SimulatorDouble(ManualClock real, params TimeSpan[] lengths) : HttpMessageHandler
    {
        private int answered;

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            real.Advance(lengths[Math.Min(answered++, lengths.Length - 1)]);
            var now = Opening + ((real.GetUtcNow() - DateTimeOffset.UnixEpoch) * Speed);
            return Task.FromResult(new HttpResponseMessage { Content = JsonContent.Create(new ClockReading(now, Speed)) });
        }
    }
}
