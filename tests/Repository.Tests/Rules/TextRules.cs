using System.Text.RegularExpressions;

namespace StockPipeline.RepositoryTests.Rules;

/// <summary>What files hold, whatever their language.</summary>
internal static partial class TextRules
{
    public const int MostLines = 400;
    public const int LongestLine = 150;

    private static readonly string[] Written =
        [".cs", ".sh", ".mjs", ".js", ".py", ".css", ".html", ".csproj", ".props", ".targets", ".yml", ".yaml"];

    public static readonly Rule FileLength = Rule.ForFiles(nameof(FileLength), file =>
        // A compose file is a list: one service after the other, with nothing inside that could be split off.
        IsWritten(file) && !file.Name.EndsWith("compose.yml", StringComparison.Ordinal)
            && file.Text.Count(letter => letter == '\n') is var lines and > MostLines
            ? [file.Whole($"has {lines} lines, more than {MostLines}: split it by what it does")]
            : []);

    public static readonly Rule LineLength = Rule.ForFiles(nameof(LineLength), file => !IsWritten(file)
        ? []
        : TooLong().Matches(file.Text).Select(match =>
            file.At(match.Index, $"a line of {match.Length} letters, more than {LongestLine}")));

    public static readonly Rule MachinePaths = Everywhere(nameof(MachinePaths), MachinePath(),
        "is a place on one machine: find it from the repository, a setting or the system's temporary folder");

    public static readonly Rule RegistryHosts = Everywhere(nameof(RegistryHosts), RegistryHost(),
        "names a package registry: which one is used is for the machine to say (for npm set omit-lockfile-registry-resolved=true)");

    public static readonly Rule Unfinished = Everywhere(nameof(Unfinished), LeftOver(), "is work put off: do it, or write an issue");

    public static readonly Rule English = Rule.ForFiles(nameof(English), file =>
    {
        // Names of companies are data and stay as the exchange writes them; what is written for readers is English.
        var text = file.IsCSharp ? file.CSharp.Comments : IsProse(file) ? file.Text : string.Empty;
        return Cyrillic().Matches(text).Select(match => file.At(match.Index, $"'{match.Value}': comments and documents are in English"));
    });

    public static readonly Rule Scripts = Rule.ForFiles(nameof(Scripts), file =>
    {
        if (!file.IsShellScript)
            return [];
        List<string> problems = [];
        if (!file.IsExecutable)
            problems.Add(file.Whole("is a script nobody may run: chmod +x"));
        var strict = file.Text.StartsWith("#!/bin/sh", StringComparison.Ordinal) ? "set -eu" : "set -euo pipefail";
        if (!file.Text.Split('\n').Contains(strict))
            problems.Add(file.Whole($"goes on after an error: begin it with '{strict}'"));
        return problems;
    });

    private static Rule Everywhere(string name, Regex pattern, string message) =>
        Rule.ForFiles(name, file => pattern.Matches(file.Text).Select(match => file.At(match.Index, $"'{match.Value}' {message}")));

    private static bool IsWritten(SourceFile file) => Written.Contains(Path.GetExtension(file.Path)) || file.IsShellScript;

    /// <summary>A document whose name says that it is in another language is meant to be.</summary>
    private static bool IsProse(SourceFile file) => !file.Path.EndsWith(".ru.md", StringComparison.Ordinal) && IsWrittenOrRead(file);

    private static bool IsWrittenOrRead(SourceFile file) =>
        IsWritten(file) || Path.GetExtension(file.Path) is ".md" or ".template" or ".avsc" or ".proto";

    [GeneratedRegex(@"^[^\n]{151,}$", RegexOptions.Multiline)]
    private static partial Regex TooLong();

    [GeneratedRegex(@"(?<![\w.}~:-])/(?:work|root|home|Users|tmp)/\w+|\b[A-Z]:\\Users\\")]
    private static partial Regex MachinePath();

    [GeneratedRegex(
        @"registry\.(?:npmjs|yarnpkg)|(?:api|www)\.nuget\.|\bpypi\.|pythonhosted\.|\bartifactory\b|deb\.debian\."
        + @"|""resolved"":\s*""https?:",
        RegexOptions.IgnoreCase)]
    private static partial Regex RegistryHost();

    [GeneratedRegex(@"\b(?:TO[D]O|FIX[M]E|XX[X]|HA[C]K)\b")]
    private static partial Regex LeftOver();

    [GeneratedRegex(@"\p{IsCyrillic}+")]
    private static partial Regex Cyrillic();
}
