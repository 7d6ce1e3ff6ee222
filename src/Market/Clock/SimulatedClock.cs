using System.Net.Http.Json;

namespace StockPipeline.Market.Clock;

/// <summary>
/// Shows the time of a simulated market: it starts at a given instant and runs so many times faster than the clock under it. Timers wait market
/// time, so that a service which follows this clock behaves at any speed as it would at the pace of the exchange. Thread-safe.
/// </summary>
public sealed class SimulatedClock : TimeProvider
{
    /// <summary>At high speeds a wait shrinks, but never below this in real time: an answer over the network takes as long as ever.</summary>
    public static readonly TimeSpan ShortestRealWait = TimeSpan.FromMilliseconds(20);

    /// <summary>How often a simulator is asked for its time: the first answer comes over a new connection and takes longest.</summary>
    private const int Readings = 5;

    public const double MinSpeed = 0.01;

    public const double MaxSpeed = 10_000;

    private readonly TimeProvider real;
    private readonly long startedAt;

    public SimulatedClock(DateTimeOffset start, double speed, TimeProvider real)
    {
        if (speed is not (>= MinSpeed and <= MaxSpeed))
            throw new ArgumentOutOfRangeException(nameof(speed), speed, $"The speed lies between {MinSpeed} and {MaxSpeed}.");
        Start = start.ToUniversalTime();
        Speed = speed;
        this.real = real;
        startedAt = real.GetTimestamp();
    }

    /// <summary>Market time when this clock was made.</summary>
    public DateTimeOffset Start { get; }

    /// <summary>Market seconds in one real second.</summary>
    public double Speed { get; }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    /// <summary>
    /// Asks a simulator for its time (<c>GET /clock</c>) and follows it from there. Asks several times and believes the quickest answer: what an
    /// answer tells is as uncertain as it took long, and at high speed a tenth of a second is minutes of the market.
    /// </summary>
    public static async Task<SimulatedClock> FollowAsync(HttpClient http, Uri clock, TimeProvider real, CancellationToken cancellationToken)
    {
        SimulatedClock? best = null;
        var quickest = TimeSpan.MaxValue;
        for (var reading = 0; reading < Readings; reading++)
        {
            var asked = real.GetTimestamp();
            var answer = await http.GetFromJsonAsync<ClockReading>(clock, cancellationToken)
                ?? throw new InvalidOperationException($"{clock} did not tell the time.");
            var took = real.GetElapsedTime(asked);
            if (best is not null && took >= quickest)
                continue;
            // The answer was written about half way through the wait for it.
            best = new SimulatedClock(answer.Now + (took / 2 * answer.Speed), answer.Speed, real);
            quickest = took;
        }
        return best!;
    }

    public override DateTimeOffset GetUtcNow() => Start + (real.GetElapsedTime(startedAt) * Speed);

    public override long GetTimestamp() => GetUtcNow().UtcTicks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        new ScaledTimer(this, real.CreateTimer(callback, state, ToReal(dueTime), ToReal(period)));

    /// <summary>How long to wait in real time for so much market time.</summary>
    public TimeSpan ToReal(TimeSpan market)
    {
        if (market <= TimeSpan.Zero)
            return market;
        var scaled = market / Speed;
        var shortest = market < ShortestRealWait ? market : ShortestRealWait;
        return scaled < shortest ? shortest : scaled;
    }

    public ClockReading Read() => new(GetUtcNow(), Speed);

    private sealed class ScaledTimer(SimulatedClock clock, ITimer timer) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => timer.Change(clock.ToReal(dueTime), clock.ToReal(period));

        public void Dispose() => timer.Dispose();

        public ValueTask DisposeAsync() => timer.DisposeAsync();
    }
}

/// <summary>Holds what a simulator tells of its clock.</summary>
/// <param name="Now">Market time, UTC.</param>
/// <param name="Speed">Market seconds in one real second.</param>
public sealed record ClockReading(DateTimeOffset Now, double Speed);
