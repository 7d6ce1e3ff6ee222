using System.Globalization;

namespace StockPipeline.Simulator.Binance;

/// <summary>
/// The request weight of an address within a minute of the market. Over the limit every request is refused; who goes on all the same is banned.
/// </summary>
internal sealed class BinanceWeights(TimeProvider clock, int perMinute)
{
    /// <summary>Refused requests of one minute that are taken for ignoring the limit.</summary>
    private const int PatienceRequests = 20;

    private static readonly TimeSpan Ban = TimeSpan.FromMinutes(2);

    private readonly Lock gate = new();
    private long minute;
    private int used;
    private int refused;
    private DateTimeOffset bannedUntil;

    /// <summary>Counts a request and says so in the answer's headers.</summary>
    /// <returns>The status of the refusal with its text, or nothing where the request is let through.</returns>
    public (int Status, string Text)? Take(HttpContext http, int weight)
    {
        var now = clock.GetUtcNow();
        lock (gate)
        {
            if (now < bannedUntil)
                return Refuse(http, 418, bannedUntil - now, string.Create(CultureInfo.InvariantCulture,
                    $"Way too much request weight used; IP banned until {bannedUntil.ToUnixTimeMilliseconds()}. Please use WebSocket Streams."));
            var current = now.ToUnixTimeMilliseconds() / 60_000;
            if (current != minute)
                (minute, used, refused) = (current, 0, 0);
            used += weight;
            http.Response.Headers["X-MBX-USED-WEIGHT-1M"] = used.ToString(CultureInfo.InvariantCulture);
            if (used <= perMinute)
                return null;
            if (++refused > PatienceRequests)
                bannedUntil = now + Ban;
            var next = DateTimeOffset.FromUnixTimeMilliseconds((minute + 1) * 60_000) - now;
            return Refuse(http, 429, next, string.Create(CultureInfo.InvariantCulture,
                $"Too much request weight used; current limit is {perMinute} request weight per 1 MINUTE. Please use WebSocket Streams."));
        }
    }

    private static (int, string) Refuse(HttpContext http, int status, TimeSpan wait, string text)
    {
        http.Response.Headers.RetryAfter = ((int)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        return (status, text);
    }
}
