using System.Runtime.CompilerServices;
using StockPipeline.Contracts.Records;

namespace StockPipeline.Simulator.Market;

/// <summary>What does not change from day to day about how one listing trades.</summary>
internal sealed class SyntheticProfile
{
    /// <summary>However lively a share, one minute has at most this many trades.</summary>
    public const int MaxTradesPerMinute = 40;

    private readonly double[] chanceOfNone = new double[Enum.GetValues<SessionKind>().Length];
    private readonly double[] expected = new double[Enum.GetValues<SessionKind>().Length];

    public SyntheticProfile(ulong seed, Listing listing)
    {
        var key = SeededHash.Key(seed, listing.Uid);
        Path = new PricePath(SeededHash.At(key, 1), listing.TypicalPrice.ToDouble());
        MinuteKey = SeededHash.At(key, 2);
        Increment = listing.MinPriceIncrement.Nanos;
        // About the same money in a trade, whatever the lot costs.
        LargestTrade = Math.Clamp((int)(300_000 / (listing.TypicalPrice.ToDouble() * listing.Lot)), 2, 5_000);
        foreach (var kind in Enum.GetValues<SessionKind>())
        {
            expected[(int)kind] = listing.TradesPerMinute * Activity(kind);
            chanceOfNone[(int)kind] = PortableMath.Exp(-expected[(int)kind]);
        }
    }

    public PricePath Path { get; }

    public ulong MinuteKey { get; }

    public long Increment { get; }

    public int LargestTrade { get; }

    /// <summary>Trades of a minute follow Poisson's law.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public int Count(SessionKind kind, double chance)
    {
        var probability = chanceOfNone[(int)kind];
        var below = probability;
        var count = 0;
        while (chance >= below && count < MaxTradesPerMinute)
        {
            count++;
            probability *= expected[(int)kind] / count;
            below += probability;
        }
        return count;
    }

    /// <summary>An auction collects in one minute what would have been traded in several.</summary>
    private static double Activity(SessionKind kind) => kind switch
    {
        SessionKind.Main => 1,
        SessionKind.Premarket => 0.25,
        SessionKind.Evening => 0.4,
        SessionKind.Weekend => 0.2,
        SessionKind.OpeningAuction => 1.5,
        SessionKind.ClosingAuction => 2,
        _ => 0.8,
    };
}
