namespace StockPipeline.Market.Grpc;

/// <summary>How large one message may be. A frame that announces more is refused before anything is reserved for it.</summary>
public static class GrpcLimits
{
    /// <summary>The list of all shares alone has been seen above 4 MiB.</summary>
    public const int UnaryMessageBytes = 64 * 1024 * 1024;

    /// <summary>The largest honest stream message answers 300 subscriptions at once: some tens of kilobytes.</summary>
    public const int StreamMessageBytes = 4 * 1024 * 1024;

    /// <summary>What a client may send.</summary>
    public const int RequestMessageBytes = 4 * 1024 * 1024;
}
