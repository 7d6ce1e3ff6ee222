namespace StockPipeline.Broker.Log;

/// <summary>How the records of a batch are compressed; <see cref="None"/> and <see cref="Gzip"/> can be read here, the others only kept.</summary>
internal enum Codec
{
    None = 0,
    Gzip = 1,
    Snappy = 2,
    Lz4 = 3,
    Zstd = 4,
}
