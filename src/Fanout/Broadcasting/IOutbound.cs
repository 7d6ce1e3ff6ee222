namespace StockPipeline.Fanout.Broadcasting;

/// <summary>The sending half of one client's connection.</summary>
public interface IOutbound
{
    /// <summary>Hands over as many bytes as the connection takes without waiting.</summary>
    /// <returns>How many; 0 when it takes none now; -1 when it is broken.</returns>
    int TrySend(ReadOnlySpan<byte> bytes);

    /// <summary>Hands over all the bytes, however long it takes.</summary>
    /// <returns>False when the connection has broken.</returns>
    Task<bool> SendAsync(ReadOnlyMemory<byte> bytes);

    /// <summary>Ends the connection at once.</summary>
    void Abort();
}
