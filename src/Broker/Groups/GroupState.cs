namespace StockPipeline.Broker.Groups;

/// <summary>The states of a classic group; their names are what clients see.</summary>
internal enum GroupState
{
    /// <summary>No members; offsets may be left.</summary>
    Empty,

    /// <summary>Waiting for every member to join again.</summary>
    PreparingRebalance,

    /// <summary>Waiting for the leader's assignment.</summary>
    CompletingRebalance,

    /// <summary>Every member has, or can ask for, its assignment.</summary>
    Stable,

    /// <summary>Removed; whoever still holds it looks the group up again.</summary>
    Dead,
}
