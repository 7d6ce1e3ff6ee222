using StockPipeline.Catalog.Listings;

namespace StockPipeline.Catalog.Offers;

/// <summary>A price that a partner says and that is not believed yet.</summary>
/// <param name="Price">What it says.</param>
/// <param name="Since">Since when it has said so.</param>
public sealed record HeldPrice(decimal Price, DateTimeOffset Since);

/// <summary>What is offered by a partner's word: the price that is believed, beside one that is said instead and held.</summary>
public readonly record struct GuardedOffer(decimal Price, decimal? OldPrice, string Currency, bool Available, HeldPrice? Held)
{
    /// <summary>Whether the price can be counted with: false where all that the partner ever said is held.</summary>
    public bool IsBelieved => Held?.Price != Price;
}

/// <summary>
/// Holds prices that leap: roubles said as thousands, or kopecks as roubles, would make the best offer, or hide it. A price is believed when it is
/// near the one believed before, or about what another partner asks; else it is held until its partner has insisted on it for long enough.
/// </summary>
public sealed record PriceGuard
{
    /// <summary>Prices of which one is so many times the other are no longer near.</summary>
    public const int Leap = 10;

    /// <summary>What two shops ask for one card is less than so many times apart.</summary>
    public const int Apart = 2;

    /// <summary>How long a partner has to say the same leap before it is believed.</summary>
    public required TimeSpan Patience { get; init; }

    /// <param name="said">What the partner says now.</param>
    /// <param name="before">What was offered by its word so far; null where nothing was.</param>
    /// <param name="others">What other partners ask for the product in the same currency, as far as they are believed.</param>
    /// <param name="now">When it is said.</param>
    public GuardedOffer Judge(ReadPrice said, GuardedOffer? before, ReadOnlySpan<decimal> others, DateTimeOffset now)
    {
        var believed = new GuardedOffer(said.Amount, said.Old, said.Currency, said.Available, null);
        var known = before is { } was && was.Currency == said.Currency ? before : null;
        if (IsNear(said.Amount, known is { IsBelieved: true } ? known.Value.Price : null, others))
            return believed;
        var held = known?.Held is { } already && AreNear(already.Price, said.Amount)
            // Since when the leap has been said, though it moves a little meanwhile.
            ? already with { Price = said.Amount }
            : new HeldPrice(said.Amount, now);
        if (now - held.Since >= Patience)
            return believed;
        return known is { IsBelieved: true } trusted
            ? trusted with { Available = said.Available, Held = held }
            : believed with { Held = held };
    }

    /// <summary>Whether one is less than <see cref="Leap"/> times the other.</summary>
    public static bool AreNear(decimal one, decimal other) => AreWithin(Leap, one, other);

    private static bool AreWithin(int times, decimal one, decimal other) => one < other * times && other < one * times;

    /// <summary>Nothing to compare with is nothing against it; a first price has only the other partners' to be compared with.</summary>
    private static bool IsNear(decimal said, decimal? own, ReadOnlySpan<decimal> others)
    {
        if (own is { } known && AreNear(known, said))
            return true;
        foreach (var other in others)
        {
            if (AreWithin(own is null ? Leap : Apart, other, said))
                return true;
        }
        return own is null && others.IsEmpty;
    }
}
