using System.Collections.Concurrent;
using StockPipeline.Contracts.Instruments;

namespace StockPipeline.Simulator.Market;

/// <summary>Trades as a pure function of a seed, the listing and the minute.</summary>
internal sealed class SyntheticTape(ulong seed, IReadOnlyList<Listing> listings) : ITape
{
    /// <summary>Listings outnumber this only if somebody adds boards by the hundred; profiles are small.</summary>
    private readonly ConcurrentDictionary<Figi, SyntheticProfile> profiles = new();

    public IReadOnlyList<Listing> Listings => listings;

    public IDayTape Day(Listing listing, DateOnly date)
    {
        var profile = profiles.GetOrAdd(listing.Figi, static (_, made) => new SyntheticProfile(made.seed, made.listing), (seed, listing));
        return new SyntheticDay(profile, date, date < listing.Since ? [] : ExchangeSchedule.Sessions(listing.Exchange, date));
    }
}

/// <summary>A market made up from a seed: the same seed is the same market, in every process and for ever.</summary>
public sealed class SyntheticMarket(int seed) : ReferenceMarket(new SyntheticTape((ulong)seed, ListingTable.All))
{
    public int Seed { get; } = seed;
}
