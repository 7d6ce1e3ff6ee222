namespace StockPipeline.Contracts.Catalog;

/// <summary>How a partner's last listing went.</summary>
public enum PartnerState
{
    /// <summary>Read to its end; what it does not hold is missing there.</summary>
    Complete,

    /// <summary>A part of what the partner has: nothing follows from what is not in it.</summary>
    Sample,

    /// <summary>It lost too much at once to be believed.</summary>
    Held,

    /// <summary>Too many items could not be read, or the answer broke off.</summary>
    Incomplete,

    /// <summary>No answer, or one that says of a failure.</summary>
    Down,
}

/// <summary>What is known of a partner: when it was last heard in full, and what is wrong where something is.</summary>
public sealed record CatalogPartner
{
    /// <summary>The name under which people's edits stand beside the partners' words.</summary>
    public const string Editor = "editor";

    public required string Partner { get; init; }

    public required PartnerState State { get; init; }

    /// <summary>Products in the last complete listing, or in the sample.</summary>
    public required int Products { get; init; }

    /// <summary>Items of the last answer that could not be read.</summary>
    public required int BadItems { get; init; }

    /// <summary>Null where no listing was complete yet. A sample counts for what it holds.</summary>
    public DateTimeOffset? CompleteAt { get; init; }

    public required DateTimeOffset TriedAt { get; init; }

    public string? Error { get; init; }

    /// <summary>Offers whose price, as the partner says it now, is not believed yet.</summary>
    public int HeldPrices { get; init; }
}
