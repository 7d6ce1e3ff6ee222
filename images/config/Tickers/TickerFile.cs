namespace StockPipeline.Config.Tickers;

/// <summary>
/// One ticker file, looked at again and again: by content and not by file events, which do not cross into containers and are lost when an
/// editor writes a new file and renames it. A file that cannot be read keeps the last list that could.
/// </summary>
internal sealed class TickerFile(string path, bool mayBeMissing, ILogger log)
{
    private byte[]? content;
    private string? trouble;

    public string Name { get; } = Path.GetFileName(path);

    public TickerList List { get; private set; } = TickerList.Empty;

    /// <summary>A list has been read at least once, or the file may be missing and is.</summary>
    public bool IsKnown { get; private set; }

    /// <summary>Looks at the file.</summary>
    /// <returns>Whether the list is another one than before.</returns>
    public async Task<bool> LookAsync(CancellationToken stop)
    {
        byte[] now;
        try
        {
            now = await ReadAsync(stop);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            if (trouble != unreadable.Message)
                Log.FileUnreadable(log, path, unreadable.Message);
            trouble = unreadable.Message;
            return false;
        }
        trouble = null;
        if (content is not null && now.AsSpan().SequenceEqual(content))
            return false;
        content = now;
        IsKnown = true;
        List = TickerList.Parse(Name, now);
        foreach (var problem in List.Problems)
            Log.LineNotUnderstood(log, problem);
        return true;
    }

    private async Task<byte[]> ReadAsync(CancellationToken stop)
    {
        if (mayBeMissing && !File.Exists(path))
            return [];
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        if (file.Length > TickerList.MaxBytes)
            throw new IOException($"it has {file.Length} bytes, and a ticker file has at most {TickerList.MaxBytes}");
        using var bytes = new MemoryStream();
        await file.CopyToAsync(bytes, stop);
        return bytes.ToArray();
    }
}
