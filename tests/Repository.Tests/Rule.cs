namespace StockPipeline.RepositoryTests;

/// <summary>One house rule: looks at the whole tree and says what breaks it, one line each.</summary>
internal sealed record Rule(string Name, Func<IReadOnlyList<SourceFile>, IEnumerable<string>> Check)
{
    /// <summary>A rule that looks at one file at a time.</summary>
    public static Rule ForFiles(string name, Func<SourceFile, IEnumerable<string>> check) => new(name, tree => tree.SelectMany(check));
}
