using System.Text.RegularExpressions;
using StockPipeline.Testing;

namespace StockPipeline.DeployTests.Guide;

/// <summary>What the guide for operators says of log lines and metrics is what the code does.</summary>
public sealed partial class OperationsGuideTests
{
    private static readonly Dictionary<string, string> Levels = new()
    {
        ["Information"] = "info", ["Warning"] = "warning", ["Error"] = "error", ["Critical"] = "critical",
    };

    [Fact]
    public async Task Every_log_line_at_info_or_above_is_explained_as_it_is_written()
    {
        var page = await File.ReadAllTextAsync(RepositoryFolder.PathOf("docs/log-lines.md"));

        var explained = page.Split("\n## ").Skip(1).SelectMany(section => Row().Matches(section).Select(row =>
            $"{section.Split('\n')[0]} {row.Groups["id"].Value} {row.Groups["level"].Value} {row.Groups["text"].Value}"));

        Assert.Equal((await WrittenAsync()).Order(StringComparer.Ordinal), explained.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Every_metric_is_explained_and_every_explained_metric_exists()
    {
        var page = await File.ReadAllTextAsync(RepositoryFolder.PathOf("docs/operations.md"));
        var sources = await Task.WhenAll(Sources().Select(file => File.ReadAllTextAsync(file)));

        var exported = sources.SelectMany(ForEachWorkerOfValues)
            .SelectMany(source => MetricLiteral().Matches(source).Select(match => match.Groups["name"].Value)).Distinct();
        var explained = MetricInGuide().Matches(page).Select(match => match.Groups["name"].Value).Distinct();

        Assert.Equal(exported.Order(StringComparer.Ordinal), explained.Order(StringComparer.Ordinal));
    }

    /// <summary>The workers of values name their metrics alike, each with its own name inside.</summary>
    private static IEnumerable<string> ForEachWorkerOfValues(string source) => source.Contains("stockpipeline_{name}_", StringComparison.Ordinal)
        ? [source.Replace("{name}", "macd", StringComparison.Ordinal), source.Replace("{name}", "indicators", StringComparison.Ordinal)]
        : [source];

    private static async Task<IReadOnlyList<string>> WrittenAsync()
    {
        var lines = new List<string>();
        foreach (var file in Sources())
        {
            var project = string.Join('/', Path.GetRelativePath(RepositoryFolder.PathOf(), file).Split(Path.DirectorySeparatorChar)[..2]);
            lines.AddRange(LoggerMessage().Matches(await File.ReadAllTextAsync(file))
                .Where(match => Levels.ContainsKey(match.Groups["level"].Value))
                .Select(match => $"{project} {match.Groups["id"].Value} {Levels[match.Groups["level"].Value]} "
                    + Form().Replace(string.Concat(Literal().Matches(match.Groups["text"].Value).Select(part => part.Groups["text"].Value)), "")));
        }
        return lines;
    }

    private static IEnumerable<string> Sources() => new[] { "src", "images" }
        .SelectMany(folder => Directory.EnumerateFiles(RepositoryFolder.PathOf(folder), "*.cs", SearchOption.AllDirectories));

    [GeneratedRegex(@"LoggerMessage\(\s*(?<id>\d+),\s*LogLevel\.(?<level>\w+),\s*(?<text>(?:""(?:[^""\\]|\\.)*""\s*\+?\s*)+)")]
    private static partial Regex LoggerMessage();

    // How a value is written (`{From:u}`) says nothing to the reader of the guide.
    [GeneratedRegex(@"(?<=\{\w+):[^}]+(?=\})")]
    private static partial Regex Form();

    [GeneratedRegex(@"""(?<text>(?:[^""\\]|\\.)*)""")]
    private static partial Regex Literal();

    [GeneratedRegex(@"^\| (?<id>\d+) \| (?<level>\w+) \| (?<text>.*?) \| [^|]+ \|$", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex(@"""(?<name>(?:stockpipeline_[a-z_]+|dotnet_[a-z_]+|process_[a-z_]+_(?:seconds|bytes|total)))""")]
    private static partial Regex MetricLiteral();

    [GeneratedRegex(@"`(?<name>(?:stockpipeline|process|dotnet)_[a-z_]+)`")]
    private static partial Regex MetricInGuide();
}
