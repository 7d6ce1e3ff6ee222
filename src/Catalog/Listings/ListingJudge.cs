using StockPipeline.Contracts.Catalog;

namespace StockPipeline.Catalog.Listings;

/// <summary>What follows from one listing of a partner.</summary>
/// <param name="State">What it is worth.</param>
/// <param name="Missing">Products that it does not hold though the partner had them.</param>
/// <param name="Dropped">Those of them that have been missing long enough to be gone.</param>
/// <param name="Reason">Why it is not complete, in one line; null where it is.</param>
public sealed record ListingVerdict(PartnerState State, IReadOnlyCollection<string> Missing, IReadOnlyCollection<string> Dropped, string? Reason);

/// <summary>Decides whether a listing is to be believed, and which products are gone.</summary>
public sealed record ListingJudge
{
    /// <summary>Complete listings in a row that must lack a product before it is gone.</summary>
    public int Patience { get; init; } = 3;

    /// <summary>A listing that loses more than this share at once is held.</summary>
    public double MaxLoss { get; init; } = 0.2;

    /// <summary>A listing with more than this share of items that cannot be read is incomplete.</summary>
    public double MaxBad { get; init; } = 0.05;

    /// <param name="isWhole">Whether the partner lists all it has; a sample proves nothing absent.</param>
    /// <param name="known">What it had, with the number of complete listings that have lacked it so far.</param>
    /// <param name="seen">What the listing holds.</param>
    /// <param name="bad">Items that could not be read.</param>
    public ListingVerdict Judge(bool isWhole, IReadOnlyDictionary<string, int> known, IReadOnlySet<string> seen, int bad)
    {
        if (bad > MaxBad * (bad + seen.Count))
            return new ListingVerdict(PartnerState.Incomplete, [], [], $"{bad} of {bad + seen.Count} items cannot be read");
        if (!isWhole)
            return new ListingVerdict(PartnerState.Sample, [], [], null);
        var missing = known.Keys.Where(product => !seen.Contains(product)).ToList();
        // What was missing before is no new loss: else a listing that lost a fifth in two steps would be held at the third.
        var lost = missing.Count(product => known[product] == 0);
        return lost > MaxLoss * known.Count
            ? new ListingVerdict(PartnerState.Held, [], [], $"{lost} of {known.Count} products are missing at once")
            : new ListingVerdict(PartnerState.Complete, missing, [.. missing.Where(product => known[product] + 1 >= Patience)], null);
    }
}
