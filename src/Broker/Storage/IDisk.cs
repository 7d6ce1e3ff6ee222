namespace StockPipeline.Broker.Storage;

/// <summary>The disk as the log sees it. All members may be called from any thread; failures are <see cref="IOException"/>s.</summary>
internal interface IDisk
{
    /// <summary>Opens for reading and writing; a missing file is created empty.</summary>
    IDiskFile Open(string path);

    bool Exists(string path);

    /// <summary>Names (not paths) of the files in a folder.</summary>
    IReadOnlyList<string> List(string folder);

    void CreateFolder(string folder);

    void Delete(string path);

    void DeleteFolder(string folder);

    /// <summary>Renames, replacing what stood under the new name in one step.</summary>
    void Move(string from, string to);

    void MoveFolder(string from, string to);

    /// <summary>Returns when names created, changed or removed in the folder survive a power loss.</summary>
    void FlushFolder(string folder);
}

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
