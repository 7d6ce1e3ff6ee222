using System.Text.RegularExpressions;

namespace StockPipeline.RepositoryTests.Rules;

/// <summary>What stands where, and how it is called.</summary>
internal static partial class TypeRules
{
    public static readonly Rule NamespaceIsFolder = new(nameof(NamespaceIsFolder), tree =>
    {
        var projects = tree.Where(file => file.IsProject).ToDictionary(file => file.Folder, file => Path.GetFileNameWithoutExtension(file.Name));
        return tree.Where(file => file.IsCSharp).SelectMany(file => NamespaceProblem(file, projects));
    });

    public static readonly Rule SealedByDefault = Rule.ForFiles(nameof(SealedByDefault), file => !file.IsCSharp || file.IsUnder("tests", "bench")
        ? []
        : OpenClass().Matches(file.CSharp.Code).Select(match =>
            file.At(match.Index,
                $"the class {match.Groups["name"].Value} is open for inheritance: make it sealed, or abstract where it is meant to be")));

    public static readonly Rule DomainWords = Rule.ForFiles(nameof(DomainWords), file => !file.IsCSharp
        ? []
        : EmptyName().Matches(file.CSharp.Code).Select(match =>
            file.At(match.Index, $"{match.Groups["name"].Value} says nothing: name it by what it does in the domain")));

    private static IEnumerable<string> NamespaceProblem(SourceFile file, Dictionary<string, string> projects)
    {
        var below = new Stack<string>();
        var folder = file.Folder;
        while (folder.Length > 0 && !projects.ContainsKey(folder))
        {
            below.Push(Path.GetFileName(folder));
            folder = Path.GetDirectoryName(folder) ?? string.Empty;
        }
        if (folder.Length == 0)
            return [file.Whole("belongs to no project")];
        var root = "StockPipeline." + projects[folder].Replace(".Tests", "Tests", StringComparison.Ordinal);
        var expected = string.Join('.', [root, .. below]);
        var declared = Namespace().Match(file.CSharp.Code);
        if (!declared.Success)
            return AnyType().IsMatch(file.CSharp.Code)
                ? [file.Whole($"declares types outside a namespace: begin it with 'namespace {expected};'")]
                : [];
        return declared.Groups["name"].Value == expected
            ? []
            : [file.Whole($"is in the namespace {declared.Groups["name"].Value}, but in the folder of {expected}")];
    }

    [GeneratedRegex(@"^(?:public|internal) (?:(?:unsafe|partial) )*(?:class|record(?! struct)(?: class)?) (?<name>\w+)", RegexOptions.Multiline)]
    private static partial Regex OpenClass();

    [GeneratedRegex(@"\b(?:class|record|struct|interface|enum) (?<name>\w*(?:Manager|Helpers?|Utils?|Utilities|Utility|Common))\b")]
    private static partial Regex EmptyName();

    [GeneratedRegex(@"^namespace (?<name>[\w.]+)", RegexOptions.Multiline)]
    private static partial Regex Namespace();

    [GeneratedRegex(
        @"^(?:public |internal |file )?(?:(?:static|sealed|abstract|partial|readonly) )*(?:class|record|struct|interface|enum) \w",
        RegexOptions.Multiline)]
    private static partial Regex AnyType();
}
