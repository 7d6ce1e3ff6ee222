using System.Net.Sockets;
using StockPipeline.Broker.Wire;

namespace StockPipeline.BrokerTests.Wire;

/// <summary>What a socket would send of an answer.</summary>
internal static class AnswerBytes
{
    /// <summary>Small enough that a test's regions are cut.</summary>
    private const int Piece = 2;

    public static byte[] ToArray(this WireWriter answer) => [.. answer.Pieces(Piece).SelectMany(ToArray)];

    public static byte[] ToArray(this IRegion region) => region.Piece(0, region.Length).ToArray();

    private static byte[] ToArray(this SendPacketsElement piece)
    {
        if (piece.MemoryBuffer is { } bytes)
            return bytes.ToArray();
        var read = new byte[piece.Count];
        Assert.Equal(read.Length, RandomAccess.Read(piece.FileStream!.SafeFileHandle, read, piece.OffsetLong));
        return read;
    }
}
