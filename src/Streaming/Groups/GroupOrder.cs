namespace StockPipeline.Streaming.Groups;

/// <summary>Within what records are handled one after the other.</summary>
public enum GroupOrder
{
    /// <summary>A partition's records follow each other.</summary>
    ByPartition,

    /// <summary>Records of one key follow each other; other keys of the partition may overtake them.</summary>
    ByKey,
}
