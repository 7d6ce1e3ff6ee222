namespace StockPipeline.Testing;

/// <summary>The folder of the repository these tests were built from.</summary>
public static class RepositoryFolder
{
    private static readonly Lazy<string> Root = new(Find);

    /// <summary>The full path of something in the repository.</summary>
    public static string PathOf(string relative = "") => Path.Combine(Root.Value, relative);

    private static string Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "StockPipeline.slnx")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new DirectoryNotFoundException($"No StockPipeline.slnx above {AppContext.BaseDirectory}.");
    }
}
