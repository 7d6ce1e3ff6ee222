using System.Net.Sockets;

namespace StockPipeline.Broker.Wire;

/// <summary>Bytes of an answer that stay where they are, in a range of a log file, until the system sends them from there.</summary>
internal interface IRegion
{
    /// <summary>Known before anything is sent: the frame length in front counts it.</summary>
    int Length { get; }

    /// <summary>Some of it, for the socket.</summary>
    SendPacketsElement Piece(int offset, int length);

    /// <summary>Called once, when the answer is sent or given up: lets go of the file.</summary>
    void Release();
}
