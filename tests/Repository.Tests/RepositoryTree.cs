using StockPipeline.Testing;

namespace StockPipeline.RepositoryTests;

/// <summary>The files that git knows, or would take up, read once.</summary>
internal static class RepositoryTree
{
    private static readonly string[] NotText = [".png", ".ico", ".jpg", ".gif", ".bin", ".pfx", ".gz", ".zip"];

    private static readonly Lazy<Task<IReadOnlyList<SourceFile>>> Files = new(ReadAsync);

    public static Task<IReadOnlyList<SourceFile>> LoadAsync() => Files.Value;

    private static async Task<IReadOnlyList<SourceFile>> ReadAsync()
    {
        var names = await ChildProcess.OutputOfAsync(
            "git", ["-c", "core.quotePath=false", "ls-files", "--cached", "--others", "--exclude-standard", "--deduplicate"],
            RepositoryFolder.PathOf());
        return
        [
            .. names.Split('\n', StringSplitOptions.RemoveEmptyEntries)
                // Libraries of others stay as their authors ship them.
                .Where(name => !name.Contains("/vendor/", StringComparison.Ordinal))
                .Where(name => File.Exists(RepositoryFolder.PathOf(name)) && !NotText.Contains(Path.GetExtension(name)))
                .Select(name => new SourceFile(name, File.ReadAllText(RepositoryFolder.PathOf(name)), IsExecutable(RepositoryFolder.PathOf(name)))),
        ];
    }

    private static bool IsExecutable(string path) => !OperatingSystem.IsWindows() && File.GetUnixFileMode(path).HasFlag(UnixFileMode.UserExecute);
}
