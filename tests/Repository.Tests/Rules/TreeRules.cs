using System.Text.RegularExpressions;

namespace StockPipeline.RepositoryTests.Rules;

/// <summary>What files say about each other.</summary>
internal static partial class TreeRules
{
    private const string Template = ".env.template";

    public static readonly Rule SolutionIsWhole = new(nameof(SolutionIsWhole), tree =>
    {
        var solution = tree.Single(file => file.Name == "StockPipeline.slnx").Text;
        return tree.Where(file => file.IsProject && !solution.Contains($"\"{file.Path}\"", StringComparison.Ordinal))
            .Select(file => file.Whole("is not in the solution: dotnet sln add it"));
    });

    public static readonly Rule TestProjectsTest = new(nameof(TestProjectsTest), tree =>
        tree.Where(file => file.Path.EndsWith(".Tests.csproj", StringComparison.Ordinal))
            .Where(project => !tree.Any(file => file.IsCSharp && file.IsUnder(project.Folder) && TestAttribute().IsMatch(file.CSharp.Code)))
            .Select(project => project.Whole("is a test project without a test")));

    /// <summary>Every variable a service or a compose file reads stands in the template.</summary>
    public static readonly Rule VariablesAreDocumented = new(nameof(VariablesAreDocumented), tree =>
    {
        var documented = Documented(tree);
        var read = Sources(tree).SelectMany(file => ReadSetting().Matches(file.Text)
            .Where(match => file.CSharp.Comments[match.Index] == ' ').Select(match => (file, match)));
        var interpolated = tree.Where(IsCompose).SelectMany(file => ShellVariable().Matches(file.Text).Select(match => (file, match)));
        return read.Concat(interpolated).Where(one => !documented.Contains(one.match.Groups["name"].Value))
            .Select(one => one.file.At(one.match.Index,
                $"{one.match.Groups["name"].Value} is not in {Template}: add it there with a comment and its default"));
    });

    /// <summary>Every variable in the template is known to the code, as a whole or as the pattern of an interpolated name.</summary>
    public static readonly Rule DocumentedVariablesAreRead = new(nameof(DocumentedVariablesAreRead), tree =>
    {
        var patterns = Sources(tree).SelectMany(file => NameLiteral().Matches(file.CSharp.Strings))
            .Select(match => match.Groups["name"].Value).Distinct()
            .Select(name => new Regex($"^{Hole().Replace(name, "[A-Z0-9_]+")}$")).ToArray();
        // Compose reads those with its own name by itself.
        var elsewhere = tree.Where(file => IsCompose(file) || file.IsShellScript)
            .SelectMany(file => ShellVariable().Matches(file.Text)).Select(match => match.Groups["name"].Value).ToHashSet();
        return Documented(tree).Where(name => !name.StartsWith("COMPOSE_", StringComparison.Ordinal) && !elsewhere.Contains(name)
                && !patterns.Any(pattern => pattern.IsMatch(name))).Order(StringComparer.Ordinal)
            .Select(name => $"{Template}: {name} is read by nothing");
    });

    /// <summary>The number of a log line means one thing in all of the product: many services share a process, and alerts go by numbers.</summary>
    public static readonly Rule EventIdsAreUnique = new(nameof(EventIdsAreUnique), tree => Sources(tree)
        .SelectMany(file => EventId().Matches(file.CSharp.Code).Select(match => (File: file, match.Index, Id: match.Groups["id"].Value)))
        .GroupBy(one => one.Id).Where(same => same.Count() > 1)
        .SelectMany(same => same.Select(one => one.File.At(one.Index,
            $"event id {one.Id} is taken {same.Count()} times: choose one that no other log line has (docs/log-lines.md lists them)"))));

    private static IEnumerable<SourceFile> Sources(IReadOnlyList<SourceFile> tree) =>
        tree.Where(file => file.IsCSharp && file.IsUnder("src", "images", "tools"));

    private static bool IsCompose(SourceFile file) => file.Name.EndsWith("compose.yml", StringComparison.Ordinal);

    private static HashSet<string> Documented(IReadOnlyList<SourceFile> tree) =>
        [.. tree.Where(file => file.Path == Template).SelectMany(file => Variable().Matches(file.Text)).Select(match => match.Groups["name"].Value)];

    [GeneratedRegex(@"\bLoggerMessage\(\s*(?:EventId\s*=\s*)?(?<id>\d+)")]
    private static partial Regex EventId();

    [GeneratedRegex(@"\[(?:Fact|Theory)\b")]
    private static partial Regex TestAttribute();

    [GeneratedRegex(@"^#?(?<name>[A-Z][A-Z0-9_]*)=", RegexOptions.Multiline)]
    private static partial Regex Variable();

    [GeneratedRegex(
        @"\.(?:Text|Optional|Required|WholeNumber|Number|Duration|Flag|Choice|RequiredChoice|Value|RequiredValue|Secret|RequiredSecret"
        + @"|Url|RequiredUrl|Endpoint|RequiredEndpoints|Port|ExistingFile)"
        + @"(?:<[^>(]+>)?\(\s*""(?<name>[A-Z][A-Z0-9_]*)""|ConfigurationKeyName\(""(?<name>[A-Z][A-Z0-9_]*)""")]
    private static partial Regex ReadSetting();

    [GeneratedRegex(@"""(?<name>[A-Z][A-Z0-9_]*(?:\{[^}""]+\}[A-Z0-9_]*)*)""")]
    private static partial Regex NameLiteral();

    [GeneratedRegex(@"\$\{(?<name>[A-Z][A-Z0-9_]*)")]
    private static partial Regex ShellVariable();

    [GeneratedRegex(@"\{[^}]+\}")]
    private static partial Regex Hole();
}
