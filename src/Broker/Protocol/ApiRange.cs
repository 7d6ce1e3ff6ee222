namespace StockPipeline.Broker.Protocol;

/// <summary>The versions of one API that are advertised, and from which one on it uses the flexible encoding.</summary>
internal readonly record struct ApiRange(ApiKey Key, short Min, short Max, short FlexibleFrom = ApiRange.NeverFlexible)
{
    public const short NeverFlexible = short.MaxValue;

    public bool Holds(short version) => version >= Min && version <= Max;

    public bool IsFlexible(short version) => version >= FlexibleFrom;
}
