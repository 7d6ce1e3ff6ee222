namespace StockPipeline.Simulator.Grpc;

/// <summary>Bytes that no honest server sends.</summary>
internal static class MalformedFrames
{
    private static readonly byte[][] Kinds =
    [
        // Claims a compression that was never agreed.
        [7, 0, 0, 0, 2, 1, 2],
        // Announces four gigabytes.
        [0, 0xff, 0xff, 0xff, 0xff, 1, 2, 3],
        // A field that says it is longer than the message.
        [0, 0, 0, 0, 3, 0x2a, 0x7f, 0x01],
    ];

    /// <param name="roll">From 0 inclusive to 1 exclusive: picks the kind.</param>
    public static byte[] Make(double roll) => Kinds[(int)(roll * Kinds.Length)];
}
