using System.Text.Json.Serialization;
using StockPipeline.Simulator.Market;

namespace StockPipeline.Simulator.Partners;

/// <summary>What can go wrong at a partner on purpose. JSON writes the names as <c>torn-json</c>.</summary>
public enum PartnerFaultKind
{
    /// <summary>500, as a server that failed says it.</summary>
    InternalError,

    /// <summary>503 with Retry-After.</summary>
    Unavailable,

    /// <summary>No answer until the caller gives up.</summary>
    Hang,

    /// <summary>The answer breaks off in its middle.</summary>
    TornJson,

    /// <summary>A complete answer without items.</summary>
    EmptyList,

    /// <summary>A <see cref="PartnerFault.Share"/> of the products is not listed; the same ones each time.</summary>
    LoseItems,

    /// <summary>A share of the items has a value of the wrong type.</summary>
    BadItem,

    /// <summary>A share of the items comes twice.</summary>
    DuplicateItem,

    /// <summary>A share of the items has values in another unit than is said.</summary>
    WrongUnit,

    /// <summary>A share of the items is spelt otherwise, and is still the same product.</summary>
    OtherSpelling,

    /// <summary>A share of the items has become another product under the same number.</summary>
    Rename,

    /// <summary>A share of the items costs a hundred times as much.</summary>
    PriceTimes100,

    /// <summary>A share of the prices is said in thousands.</summary>
    PriceInThousands,
}

/// <summary>One fault that holds until it is taken back or has struck often enough.</summary>
public sealed record PartnerFault
{
    public required PartnerFaultKind Kind { get; init; }

    /// <summary><c>net-video</c> or <c>country-link</c>; null both.</summary>
    public string? Partner { get; init; }

    /// <summary>Of the items, for faults of items.</summary>
    public double Share { get; init; } = 0.3;

    /// <summary>Requests that it strikes; null all.</summary>
    public int? Limit { get; init; }

    /// <summary>Of 503.</summary>
    public int RetryAfterSeconds { get; init; } = 1;

    [JsonIgnore]
    public ItemFault? OfItem => Kind switch
    {
        PartnerFaultKind.BadItem => ItemFault.Unreadable,
        PartnerFaultKind.WrongUnit => ItemFault.WrongUnit,
        PartnerFaultKind.OtherSpelling => ItemFault.OtherSpelling,
        PartnerFaultKind.Rename => ItemFault.Renamed,
        PartnerFaultKind.PriceTimes100 => ItemFault.PriceTimes100,
        PartnerFaultKind.PriceInThousands => ItemFault.PriceInThousands,
        _ => null,
    };

    /// <summary>Whether it strikes the item at this place: the same places each time.</summary>
    public bool Strikes(int item) => SeededHash.Unit(SeededHash.At((ulong)Kind + 1, item)) < Share;
}

/// <summary>The faults that hold. Safe from any thread.</summary>
public sealed class PartnerFaults
{
    public const int MaxFaults = 100;

    private readonly Lock gate = new();
    private List<(PartnerFault Fault, int Left)> holding = [];
    private int version;

    /// <summary>Grows with each change of what holds.</summary>
    public int Version => Volatile.Read(ref version);

    public IReadOnlyList<PartnerFault> Holding
    {
        get
        {
            lock (gate)
                return [.. holding.Select(one => one.Fault)];
        }
    }

    /// <summary>Takes the place of those that hold.</summary>
    public void Set(params IReadOnlyCollection<PartnerFault> faults)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(faults.Count, MaxFaults, nameof(faults));
        lock (gate)
        {
            holding = [.. faults.Select(fault => (fault, fault.Limit ?? int.MaxValue))];
            version++;
        }
    }

    /// <summary>Those that strike this request.</summary>
    public IReadOnlyList<PartnerFault> Strike(string partner)
    {
        lock (gate)
        {
            var striking = new List<PartnerFault>();
            for (var i = holding.Count - 1; i >= 0; i--)
            {
                var (fault, left) = holding[i];
                if (fault.Partner is { } only && only != partner)
                    continue;
                striking.Add(fault);
                if (left == 1)
                    holding.RemoveAt(i);
                else if (left != int.MaxValue)
                    holding[i] = (fault, left - 1);
                version += left == 1 ? 1 : 0;
            }
            return striking;
        }
    }
}
