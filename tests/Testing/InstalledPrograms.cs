namespace StockPipeline.Testing;

/// <summary>Programs of the machine.</summary>
public static class InstalledPrograms
{
    /// <summary>The full path of the first of these names that is on the PATH; null where none is.</summary>
    public static string? Find(params IReadOnlyList<string> names) => names.SelectMany(_ => Folders(), (name, folder) => Path.Combine(folder, name))
        .FirstOrDefault(File.Exists);

    private static string[] Folders() => (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(Path.PathSeparator);
}
