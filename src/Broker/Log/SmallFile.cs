namespace StockPipeline.Broker.Log;

/// <summary>Files that are read and replaced as a whole.</summary>
internal static class SmallFile
{
    public const string TemporaryEnding = ".tmp";

    /// <summary>When it returns, the new content survives a power loss; until then the old one stands.</summary>
    public static void Replace(IDisk disk, string path, ReadOnlySpan<byte> content)
    {
        var temporary = path + TemporaryEnding;
        using (var file = disk.Open(temporary))
        {
            file.SetLength(0);
            file.Write(content, 0);
            file.Flush();
        }
        disk.Move(temporary, path);
        disk.FlushFolder(Path.GetDirectoryName(path)!);
    }

    public static byte[] Read(IDisk disk, string path)
    {
        using var file = disk.Open(path);
        var content = new byte[file.Length];
        var read = file.Read(content, 0);
        return read == content.Length ? content : content[..read];
    }
}
