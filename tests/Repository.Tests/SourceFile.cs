namespace StockPipeline.RepositoryTests;

/// <summary>One file of the repository as the rules see it.</summary>
/// <param name="Path">From the root, with slashes.</param>
/// <param name="Text">All of it.</param>
/// <param name="IsExecutable">Whether its owner may run it.</param>
internal sealed record SourceFile(string Path, string Text, bool IsExecutable = false)
{
    private CSharpText? csharp;

    public string Name => System.IO.Path.GetFileName(Path);

    public string Folder => System.IO.Path.GetDirectoryName(Path) ?? string.Empty;

    public bool IsCSharp => Path.EndsWith(".cs", StringComparison.Ordinal);

    public bool IsProject => Path.EndsWith(".csproj", StringComparison.Ordinal);

    public bool IsShellScript => Path.EndsWith(".sh", StringComparison.Ordinal) || (Text.StartsWith("#!", StringComparison.Ordinal)
        && Text.Split('\n')[0].Contains("sh", StringComparison.Ordinal));

    /// <summary>The file's code and comments apart; for C# only.</summary>
    public CSharpText CSharp => csharp ??= CSharpText.Of(Text);

    public bool IsUnder(params string[] folders) => folders.Any(folder => Path.StartsWith(folder + "/", StringComparison.Ordinal));

    /// <summary>What is wrong, in the form in which editors find the place.</summary>
    public string At(int index, string problem) => $"{Path}:{Text.AsSpan(0, index).Count('\n') + 1}: {problem}";

    public string Whole(string problem) => $"{Path}: {problem}";
}
