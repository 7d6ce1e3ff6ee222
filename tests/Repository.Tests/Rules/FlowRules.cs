using System.Text.RegularExpressions;

namespace StockPipeline.RepositoryTests.Rules;

/// <summary>What docs/architecture.md and the README of each service say of topics is what the code does.</summary>
internal static partial class FlowRules
{
    private const string Page = "docs/architecture.md";
    private static readonly string[] Parts = ["Reads", "Writes", "State", "Settings", "When it fails"];

    /// <summary>Whoever writes or reads a topic in code stands in its row, and whoever stands in a row does it.</summary>
    public static readonly Rule TopicsNameTheirClasses = new(nameof(TopicsNameTheirClasses), tree =>
    {
        var rows = Rows(tree);
        var calls = tree.Where(file => file.IsCSharp && file.IsUnder("src", "images")).SelectMany(Calls).ToList();
        return Declared(tree).Where(topic => rows.TrueForAll(row => row.Declared != topic))
            .Select(topic => $"{Page}: the topic declared as {topic} has no row: say which class writes it and which reads it")
            .Concat(calls.Where(call => !IsNamed(call, rows)).Select(call => call.File.At(call.Index,
                $"{call.Verb} {call.Topic ?? "a topic"}, and {Page} does not name `{call.Class}` in its row among those who do")))
            .Concat(rows.SelectMany(row => row.Entries).Where(entry => !calls.Exists(call => IsOf(call, entry)))
                .Select(entry => $"{Page}: `{entry.Class}` {entry.Verb} no topic: name the class that does"));
    });

    /// <summary>Each service says in its folder what it reads, writes, keeps and is told, and what happens when it fails.</summary>
    public static readonly Rule ServicesIntroduceThemselves = new(nameof(ServicesIntroduceThemselves), tree =>
        tree.Where(file => file.Name == "Program.cs" && file.IsUnder("images")).SelectMany(program => Problems(tree, program.Folder)));

    private static IEnumerable<string> Problems(IReadOnlyList<SourceFile> tree, string folder)
    {
        if (tree.FirstOrDefault(file => file.Path == $"{folder}/README.md") is not { } readme)
            return [$"{folder}: has no README.md: ten lines with {string.Join(", ", Parts)}, as its neighbours have them"];
        var parts = Part().Matches(readme.Text).ToDictionary(match => match.Groups["name"].Value, match => match.Groups["text"].Value);
        var service = folder[(folder.IndexOf('/', StringComparison.Ordinal) + 1)..];
        var problems = Parts.Where(part => !parts.ContainsKey(part)).Select(part => $"has no part - **{part}**:").ToList();
        var variables = tree.Where(file => file.IsCSharp && file.IsUnder(folder))
            .SelectMany(file => KeyName().Matches(file.Text).Select(match => match.Groups["name"].Value)).Distinct();
        problems.AddRange(variables.Where(name => !readme.Text.Contains($"`{name}`", StringComparison.Ordinal))
            .Select(name => $"does not name `{name}`, which is read in its folder"));
        var documented = tree.Where(file => file.Path == ".env.template").SelectMany(file => Documented().Matches(file.Text))
            .Select(match => match.Groups["name"].Value).ToHashSet();
        problems.AddRange(Variable().Matches(readme.Text).Select(match => match.Groups["name"].Value).Where(name => !documented.Contains(name))
            .Select(name => $"names `{name}`, which is not in .env.template"));
        foreach (var (part, verb) in new[] { ("Reads", "reads"), ("Writes", "writes") })
        {
            var told = Code().Matches(parts.GetValueOrDefault(part, string.Empty)).Select(match => match.Groups["text"].Value).ToHashSet();
            foreach (var row in Rows(tree))
            {
                var does = row.Entries.Any(entry => entry.Verb == verb && entry.Services.Contains(service));
                if (does != told.Contains(row.Topic))
                {
                    problems.Add(does
                        ? $"does not say that it {verb} `{row.Topic}`, as {Page} does"
                        : $"says that it {verb} `{row.Topic}`, and {Page} names none of its classes there");
                }
            }
        }
        return problems.Select(problem => readme.Whole(problem));
    }

    private static bool IsNamed(Call call, List<Row> rows) => call.Topic is { } topic
        ? rows.Exists(row => row.Declared == topic && row.Entries.Any(entry => IsOf(call, entry)))
        : rows.Exists(row => row.Entries.Any(entry => IsOf(call, entry)));

    private static bool IsOf(Call call, Entry entry) => call.Class == entry.Class && call.Verb == entry.Verb;

    private static IEnumerable<Call> Calls(SourceFile file)
    {
        var name = file.Name[..^".cs".Length];
        foreach (var match in Access().Matches(file.CSharp.Code).Cast<Match>())
        {
            var verb = match.Groups["writes"].Success ? "writes" : "reads";
            var arguments = Arguments(file.CSharp.Code, match.Index + match.Length);
            var topics = TopicOf().Matches(arguments).Select(one => one.Groups["name"].Value).Distinct().ToList();
            // The way itself hands on what it is given; whoever gives it is the one to be named.
            if (topics.Count == 0 && file.IsUnder("src/Streaming") && name != "DeadLetterPublisher")
                continue;
            foreach (var topic in topics.DefaultIfEmpty(null))
                yield return new Call(file, match.Index, name, verb, topic);
        }
    }

    private static string Arguments(string code, int from)
    {
        var (depth, end) = (1, from);
        while (end < code.Length && depth > 0)
        {
            depth += code[end] switch { '(' => 1, ')' => -1, _ => 0 };
            end++;
        }
        return code[from..end];
    }

    private static IEnumerable<string> Declared(IReadOnlyList<SourceFile> tree) => tree
        .Where(file => file.IsCSharp && file.IsUnder("src/Contracts/Topics"))
        .SelectMany(file => Declaration().Matches(file.CSharp.Code)).Select(match => match.Groups["name"].Value).Distinct();

    private static List<Row> Rows(IReadOnlyList<SourceFile> tree) => tree.Where(file => file.Path == Page)
        .SelectMany(file => RowLine().Matches(file.Text)).Select(match => new Row(
            match.Groups["topic"].Value, match.Groups["declared"].Value,
            [.. Entries(match.Groups["writers"].Value, "writes"), .. Entries(match.Groups["readers"].Value, "reads")])).ToList();

    private static IEnumerable<Entry> Entries(string cell, string verb) => NamedClass().Matches(cell).Select(match => new Entry(
        match.Groups["class"].Value, verb, match.Groups["services"].Value.Split(", ", StringSplitOptions.RemoveEmptyEntries)));

    private sealed record Call(SourceFile File, int Index, string Class, string Verb, string? Topic);

    private sealed record Row(string Topic, string Declared, IReadOnlyList<Entry> Entries);

    private sealed record Entry(string Class, string Verb, IReadOnlyList<string> Services);

    [GeneratedRegex(@"\b(?:[Kk]afka\.(?:(?<writes>WriteTo|Producer\.DeliverAsync)|ProcessGroup|ScanAsync|ScanAll)|Table\.(?:Of|Loaded|Owned))"
        + @"(?:<[^>(]+>)?\(")]
    private static partial Regex Access();

    [GeneratedRegex(@"\b(?:[tT]opics|[A-Z]\w*Topics)\.(?<name>[A-Z]\w*)")]
    private static partial Regex TopicOf();

    [GeneratedRegex(@"\bpublic (?:static )?TopicDeclaration (?<name>[A-Z]\w*)")]
    private static partial Regex Declaration();

    [GeneratedRegex(@"^\| `(?<topic>[^`]+)` \| (?<declared>\w+) \| (?<writers>[^|]*) \| (?<readers>[^|]*) \|", RegexOptions.Multiline)]
    private static partial Regex RowLine();

    [GeneratedRegex(@"`(?<class>[A-Z]\w+)`(?: \((?<services>[a-z][a-z, -]*)\))?")]
    private static partial Regex NamedClass();

    [GeneratedRegex(@"^- \*\*(?<name>[^*]+)\*\*: (?<text>(?:.|\n(?!-|\n))+)", RegexOptions.Multiline)]
    private static partial Regex Part();

    [GeneratedRegex(@"ConfigurationKeyName\(""(?<name>[A-Z][A-Z0-9_]*)""")]
    private static partial Regex KeyName();

    [GeneratedRegex(@"^#?(?<name>[A-Z][A-Z0-9_]*)=", RegexOptions.Multiline)]
    private static partial Regex Documented();

    [GeneratedRegex("`(?<name>[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*)`")]
    private static partial Regex Variable();

    [GeneratedRegex("`(?<text>[^`]+)`")]
    private static partial Regex Code();
}
