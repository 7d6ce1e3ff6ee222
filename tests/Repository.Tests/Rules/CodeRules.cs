using System.Text.RegularExpressions;

namespace StockPipeline.RepositoryTests.Rules;

/// <summary>What code does not do; what it does not call is told by eng/banned.</summary>
internal static partial class CodeRules
{
    private static readonly string[] Everything = ["src", "images", "tools", "tests", "bench"];

    public static readonly Rule AsyncVoid = Banned(nameof(AsyncVoid), AsyncVoidMethod(), Everything,
        "cannot be awaited and its failure ends the process: return a Task");

    public static readonly Rule Justification = Rule.ForFiles(nameof(Justification), file => !file.IsCSharp
        ? []
        : Pragma().Matches(file.Text).Where(match => match.Groups["reason"].Length == 0 && !InString(file, match.Index)).Select(match =>
            file.At(match.Index, "switches a warning off without a reason: write it after // on the same line")));

    public static readonly Rule SkippedTests = Banned(nameof(SkippedTests), SkippedTest(), ["tests"],
        "is never run: mend the test or remove it");

    private static Rule Banned(string name, Regex pattern, string[] folders, string message) =>
        Rule.ForFiles(name, file => !file.IsCSharp || !file.IsUnder(folders)
            ? []
            : pattern.Matches(file.CSharp.Code).Select(match => file.At(match.Index, $"'{match.Value}' {message}")));

    private static bool InString(SourceFile file, int index) => file.CSharp.Code[index] != '#';

    [GeneratedRegex(@"\basync void\b")]
    private static partial Regex AsyncVoidMethod();

    [GeneratedRegex(@"#pragma warning disable[^\n/]*(?://\s*(?<reason>[^\n]*))?")]
    private static partial Regex Pragma();

    [GeneratedRegex(@"\[(?:Fact|Theory)\([^\]]*\bSkip\s*=")]
    private static partial Regex SkippedTest();
}
