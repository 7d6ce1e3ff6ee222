namespace StockPipeline.Broker.Wire;

/// <summary>What a request may hold. One past a limit is a malformed request and costs the sender its connection.</summary>
internal static class WireLimits
{
    /// <summary>Characters are counted in bytes, as the int16 length of the older encodings does.</summary>
    public const int MaxStringBytes = short.MaxValue;

    /// <summary>Elements of one array: a hundred million empty elements must not fit into a hundred-megabyte frame.</summary>
    public const int MaxArrayLength = 100_000;

    /// <summary>The smallest frame: api key, version and correlation id.</summary>
    public const int MinFrameBytes = 8;
}
