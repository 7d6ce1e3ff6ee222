namespace StockPipeline.Broker.Storage;

/// <summary>An open file. Reads run beside writes; writers keep each other out themselves.</summary>
internal interface IDiskFile : IDisposable
{
    long Length { get; }

    /// <summary>The same file in the form that sockets take; its position means nothing.</summary>
    FileStream Stream { get; }

    /// <summary>Reads at a position; fewer bytes than asked for only at the end of the file.</summary>
    int Read(Span<byte> target, long position);

    /// <summary>Writes all of it or throws; after a failure any part of it may have reached the file.</summary>
    void Write(ReadOnlySpan<byte> bytes, long position);

    void SetLength(long length);

    /// <summary>Returns when what was written survives a power loss.</summary>
    void Flush();
}
