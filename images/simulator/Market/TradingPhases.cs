using StockPipeline.Contracts.Records;

namespace StockPipeline.Simulator.Market;

/// <summary>Which session a listing is in at an instant, halts included.</summary>
internal sealed class TradingPhases(ReferenceMarket market)
{
    private const int MaxDays = 100;

    private readonly BoundedCache<(string Exchange, DateOnly Day), IReadOnlyList<TradingSession>> days = new(MaxDays);

    /// <summary>Null outside of all sessions.</summary>
    public SessionKind? SessionAt(Listing listing, DateTimeOffset instant)
    {
        var day = DateOnly.FromDateTime(instant.UtcDateTime);
        if (day < listing.Since)
            return null;
        foreach (var session in days.Get((listing.Exchange, day), 0, static (key, _) => ExchangeSchedule.Sessions(key.Exchange, key.Day)))
        {
            if (session.Range.Contains(instant))
                return session.Kind;
        }
        return null;
    }

    public bool IsHalted(Listing listing, DateTimeOffset instant) => market.Events.IsHalted(listing.Figi, instant.ToUnixTimeMilliseconds());
}
