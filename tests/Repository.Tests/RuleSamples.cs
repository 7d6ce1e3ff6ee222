using StockPipeline.RepositoryTests.Rules;

namespace StockPipeline.RepositoryTests;

/// <summary>What shows of each rule that it can fail, and that it leaves alone what only looks wrong.</summary>
internal static class RuleSamples
{
    private const string AnImage = "images/macd/Program.cs";
    private static readonly SourceFile Template = new(".env.template", "GRACE=1\n");
    private static readonly SourceFile CandleReader = CSharp("src/Workers/CandleReader.cs", "Table.Of<Candle>(topic, codec, Take)");
    private static readonly SourceFile Project = new("src/Gaps/Gaps.csproj", "<Project />");
    private static readonly SourceFile EmptySolution = new("StockPipeline.slnx", "no projects");

    public static readonly RuleSample[] Bad =
    [
        new(nameof(TypeRules.NamespaceIsFolder), "a namespace of another folder", "StockPipeline.Gaps.Ledger",
            Project, CSharp("src/Gaps/Ledger/Gap.cs", "namespace StockPipeline.Gaps;\n")),
        new(nameof(TypeRules.NamespaceIsFolder), "types outside a namespace", "namespace StockPipeline.Gaps;",
            Project, CSharp("src/Gaps/Gap.cs", "class Gap;\n")),
        new(nameof(TypeRules.NamespaceIsFolder), "a file of no project", "belongs to no project",
            CSharp("src/Lost/Gap.cs", "namespace StockPipeline.Lost;\n")),
        new(nameof(TypeRules.SealedByDefault), "an open class", "Gap is open", CSharp("src/Gaps/Gap.cs", "public class Gap;\n")),
        new(nameof(TypeRules.SealedByDefault), "an open record", "Gap is open", CSharp("src/Gaps/Gap.cs", "internal record Gap(int A);\n")),
        new(nameof(TypeRules.DomainWords), "a manager", "GapManager", CSharp("src/Gaps/GapManager.cs", "internal sealed class GapManager;\n")),
        new(nameof(CodeRules.AsyncVoid), "a method nobody can await", "async void", CSharp("src/A.cs", "private async void Run()")),
        new(nameof(CodeRules.Justification), "a warning off without a word", "without a reason",
            CSharp("src/A.cs", "#pragma warning disable CA1031\n")),
        new(nameof(CodeRules.SkippedTests), "a skipped test", "never run", CSharp("tests/A.cs", "[Fact(Skip = \"later\")]")),
        new(nameof(TextRules.FileLength), "one line too many", "401 lines", CSharp("src/A.cs", new string('\n', 401))),
        new(nameof(TextRules.LineLength), "one letter too many", "151 letters",
            new SourceFile("run", "#!/usr/bin/env bash\n" + new string('x', 151) + "\n")),
        new(nameof(TextRules.MachinePaths), "a home folder", "one machine", new SourceFile("README.md", "see /" + "home/me/x")),
        new(nameof(TextRules.MachinePaths), "a temporary folder", "one machine", CSharp("tests/A.cs", "var a = \"/" + "tmp/x\";")),
        new(nameof(TextRules.RegistryHosts), "a lock file with addresses", "names a package registry",
            new SourceFile("tests/A/package-lock.json", "\"resolved\"" + ": \"https://somewhere/a.tgz\"")),
        new(nameof(TextRules.RegistryHosts), "a registry", "names a package registry",
            new SourceFile("NuGet.config", "https://api." + "nuget.org/v3")),
        new(nameof(TextRules.Unfinished), "work put off", "is work put off", CSharp("src/A.cs", "// TO" + "DO: later")),
        new(nameof(TextRules.English), "a comment in another language", "in English", CSharp("src/A.cs", "// \u0441\u0432\u0435\u0447\u0430\n")),
        new(nameof(TextRules.English), "a document in another language", "in English", new SourceFile("README.md", "\u0441\u0432\u0435\u0447\u0430")),
        new(nameof(TextRules.Scripts), "a script nobody may run", "chmod +x", new SourceFile("run", "#!/usr/bin/env bash\nset -euo pipefail\n")),
        new(nameof(TextRules.Scripts), "a script that goes on", "set -euo pipefail",
            new SourceFile("eng/a.sh", "#!/usr/bin/env bash\nset -e\n", IsExecutable: true)),
        new(nameof(TreeRules.SolutionIsWhole), "a project left out", "dotnet sln add", EmptySolution, Project),
        new(nameof(TreeRules.TestProjectsTest), "a test project without tests", "without a test",
            new SourceFile("tests/Gaps.Tests/Gaps.Tests.csproj", ""), CSharp("tests/Gaps.Tests/A.cs", "// [Fact]")),
        new(nameof(TreeRules.VariablesAreDocumented), "a variable nobody wrote down", "GRACE is not in .env.template",
            CSharp(AnImage, "settings.Choice<int>(\n    \"GRACE\", 1)"), new SourceFile(".env.template", "GRACE_PERIOD=1\n")),
        new(nameof(TreeRules.VariablesAreDocumented), "a variable of a compose file nobody wrote down", "GRACE is not in .env.template",
            new SourceFile("docker-compose.yml", "    GRACE: ${GRACE:-}\n"), new SourceFile(".env.template", "GRACE_PERIOD=1\n")),
        new(nameof(TreeRules.DocumentedVariablesAreRead), "a variable nothing reads", "GRACE is read by nothing",
            CSharp(AnImage, "settings.Text(\"GRACE_PERIOD\"); // \"GRACE\""), new SourceFile(".env.template", "#GRACE=1\n")),
        new(nameof(TreeRules.EventIdsAreUnique), "two lines of one number", "event id 2001 is taken 2 times",
            CSharp("src/A/Log.cs", "[LoggerMessage(2001, LogLevel.Information, \"a\")]"),
            CSharp(AnImage, "[LoggerMessage(\n    2001, LogLevel.Warning, \"b\")]")),
        new(nameof(FlowRules.TopicsNameTheirClasses), "a writer that the page does not name", "does not name `CandleWriter`",
            Architecture("`Other` (candles)"), CSharp("images/candles/Other.cs", "client.Kafka.WriteTo(client.Topics.Candles(interval), codec);"),
            CSharp("images/candles/CandleWriter.cs", "client.Kafka.WriteTo(\n    client.Topics.Candles(interval), codec);"), CandleReader),
        new(nameof(FlowRules.TopicsNameTheirClasses), "a writer that writes nothing", "`CandleWriter` writes no topic",
            Architecture("`CandleWriter` (candles)"), CSharp("images/candles/CandleWriter.cs", "value.WriteTo(json);"), CandleReader),
        new(nameof(FlowRules.TopicsNameTheirClasses), "a topic without a row", "declared as Rates has no row", Architecture("users"), CandleReader,
            CSharp("src/Contracts/Topics/RatesTopics.cs", "public static TopicDeclaration Rates { get; }")),
        new(nameof(FlowRules.ServicesIntroduceThemselves), "a service without a word", "has no README.md",
            CSharp("images/gaps/Program.cs", "await run;"), Architecture("users")),
        new(nameof(FlowRules.ServicesIntroduceThemselves), "a service that hides what it writes", "does not say that it writes `candles-1-min`",
            Readme("nothing"), CSharp("images/gaps/Program.cs", "await run;"), Architecture("`CandleWriter` (gaps)"), Template),
        new(nameof(FlowRules.ServicesIntroduceThemselves), "a service that boasts", "names none of its classes there",
            Readme("`candles-1-min`"), CSharp("images/gaps/Program.cs", "await run;"), Architecture("users"), Template),
        new(nameof(FlowRules.ServicesIntroduceThemselves), "a variable left out", "does not name `GAPS_GRACE`", Readme("nothing"),
            CSharp("images/gaps/Program.cs", "[ConfigurationKeyName(\"GAPS_GRACE\")]"), Architecture("users"), Template),
        new(nameof(FlowRules.ServicesIntroduceThemselves), "a variable that nobody reads", "names `GRACE`, which is not in .env.template",
            Readme("nothing"), CSharp("images/gaps/Program.cs", "await run;"), Architecture("users")),
        new(nameof(TestRules.TestsAssert), "a test that asserts nothing", "Nothing_happens asserts nothing",
            CSharp("tests/A.cs", "    [Fact]\n    public void Nothing_happens() => Run();\n\n    private static void Run()\n    {\n    }\n")),
        new(nameof(TestRules.TestsAssert), "a theory that asserts nothing", "Nothing_happens asserts nothing",
            CSharp("tests/A.cs", "    [Theory]\n    [InlineData(1)]\n    public async Task Nothing_happens(int a)\n    {\n"
                + "        await Run(a);\n    }\n")),
    ];

    public static readonly RuleSample[] Good =
    [
        Fine(nameof(TypeRules.NamespaceIsFolder), "a test project", new SourceFile("tests/Gaps.Tests/Gaps.Tests.csproj", ""),
            CSharp("tests/Gaps.Tests/Ledger/A.cs", "namespace StockPipeline.GapsTests.Ledger;\n")),
        Fine(nameof(TypeRules.SealedByDefault), "abstract, static and value types",
            CSharp("src/A.cs", "public abstract class A;\ninternal static partial class B;\npublic readonly record struct C;\n"
                + "public record struct D;\n")),
        Fine(nameof(CodeRules.Justification), "a warning off with its reason", CSharp("src/A.cs", "#pragma warning disable CA1031 // Logged.\n")),
        Fine(nameof(TextRules.FileLength), "as many lines as there may be", CSharp("src/A.cs", new string('\n', 400))),
        Fine(nameof(TextRules.LineLength), "as many letters as there may be", CSharp("src/A.cs", new string('x', 150))),
        Fine(nameof(TextRules.MachinePaths), "paths in a project and on the web",
            new SourceFile("a.md", "docs/work/x, https://x.org/home/a, ~/tmp/x")),
        Fine(nameof(TextRules.English), "names as the exchange writes them", CSharp("src/A.cs", "var a = \"\u0441\u0432\u0435\u0447\u0430\";")),
        Fine(nameof(TreeRules.DocumentedVariablesAreRead), "a name put together", CSharp(AnImage, "settings.Text($\"CANDLES_{interval.Name}\")"),
            new SourceFile(".env.template", "CANDLES_ONE_MIN=200\n")),
        Fine(nameof(TreeRules.DocumentedVariablesAreRead), "a variable that a compose file reads, and one that Compose reads by itself",
            new SourceFile("docker-compose.yml", "    GRACE: ${GRACE:-}\n"), new SourceFile(".env.template", "GRACE=1\nCOMPOSE_PROFILES=ui\n")),
        Fine(nameof(FlowRules.TopicsNameTheirClasses), "writers and readers in their row, and JSON that is no topic",
            Architecture("`CandleWriter` (candles)"), CSharp("images/candles/CandleWriter.cs", "kafka.WriteTo(topics.Candles(i), c);"), CandleReader,
            CSharp("src/Avro/Printer.cs", "value.WriteTo(json);")),
        Fine(nameof(FlowRules.ServicesIntroduceThemselves), "a service that says all of it", Readme("`candles-1-min`"),
            CSharp("images/gaps/Program.cs", "[ConfigurationKeyName(\"GRACE\")]"), Architecture("`CandleWriter` (gaps)"), Template),
        Fine(nameof(TreeRules.EventIdsAreUnique), "a number named by a comment and by a test",
            CSharp(AnImage, "// [LoggerMessage(1, a)]\n[LoggerMessage(1, b)]"),
            CSharp("tests/A.cs", "[LoggerMessage(1, c)]")),
        Fine(nameof(TestRules.TestsAssert), "asserting left to others",
            CSharp("tests/A.cs", "    [Fact]\n    public void It_works() => Run(1);\n\n    private static void Run(int a)\n    {\n"
                + "        Assert.True(a > 0);\n    }\n")),
    ];

    public static TheoryData<string> BadNames => [.. Bad.Select(sample => sample.Name)];

    public static TheoryData<string> GoodNames => [.. Good.Select(sample => sample.Name)];

    private static RuleSample Fine(string rule, string name, params SourceFile[] tree) => new(rule, name, string.Empty, tree);

    private static SourceFile Architecture(string writers) =>
        new("docs/architecture.md", $"| `candles-1-min` | Candles | {writers} | `CandleReader` | a candle |\n");

    private static SourceFile Readme(string writes) => new("images/gaps/README.md",
        $"# gaps\n\n- **Reads**: nothing.\n- **Writes**: {writes}.\n- **State**: none.\n- **Settings**: `GRACE`.\n- **When it fails**: it waits.\n");

    private static SourceFile CSharp(string path, string text) => new(path, text);
}
