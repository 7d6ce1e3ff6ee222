using StockPipeline.RepositoryTests.Rules;

namespace StockPipeline.RepositoryTests;

/// <summary>What shows of each rule that it can fail, and that it leaves alone what only looks wrong.</summary>
internal static class RuleSamples
{
    private const string AnImage = "images/macd/Program.cs";
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
        new(nameof(CodeRules.Clocks), "the system's time", "DateTimeOffset.UtcNow", CSharp("src/A.cs", "var now = DateTimeOffset.UtcNow;")),
        new(nameof(CodeRules.Clocks), "a stop watch in a test", "Stopwatch", CSharp("tests/A.cs", "var watch = Stopwatch.StartNew();")),
        new(nameof(CodeRules.Clocks), "a clock after a string with quotes", "DateTime.Now",
            CSharp("src/A.cs", "var a = $\"\"\"{\"x\"}\"\"\"; var b = @\"\\\"; var c = '\"'; var d = DateTime.Now;")),
        new(nameof(CodeRules.Sleeps), "a sleep", "Thread.Sleep", CSharp("tests/A.cs", "Thread.Sleep(100);")),
        new(nameof(CodeRules.Timers), "a delay without a clock", "Task.Delay(", CSharp("src/A.cs", "await Task.Delay(Math.Min(a, b), stop);")),
        new(nameof(CodeRules.Timers), "a time-out without a clock", "CancellationTokenSource",
            CSharp("src/A.cs", "new CancellationTokenSource(TimeSpan.FromSeconds(1))")),
        new(nameof(CodeRules.Chance), "random numbers without a seed", "new Random()", CSharp("tests/A.cs", "var r = new Random();")),
        new(nameof(CodeRules.Chance), "shared random numbers", "Random.Shared", CSharp("src/A.cs", "var r = Random.Shared.NextDouble();")),
        new(nameof(CodeRules.Environment), "the environment", "GetEnvironmentVariable",
            CSharp("src/Gaps/A.cs", "Environment.GetEnvironmentVariable(\"A\")")),
        new(nameof(CodeRules.Console), "the console", "Console.WriteLine", CSharp("src/Gaps/A.cs", "Console.WriteLine(1);")),
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
        Fine(nameof(CodeRules.Clocks), "a clock in a comment and in strings",
            CSharp("src/A.cs", "// DateTime.Now\n/* Stopwatch */ var a = \"DateTime.Now\" + @\"\"\"DateTime.Now\" + \"\"\"\n"
                + "\"DateTime.Now\"\n\"\"\";")),
        Fine(nameof(CodeRules.Timers), "a delay with a clock",
            CSharp("src/A.cs", "await Task.Delay(F(1), context.Clock, stop); new CancellationTokenSource();")),
        Fine(nameof(CodeRules.Timers), "a timer with a clock of another name",
            CSharp("src/A.cs", "class A(TimeProvider real) { void B() => new PeriodicTimer(Turn, real); }")),
        Fine(nameof(CodeRules.Chance), "chance as a default", CSharp("src/A.cs", "chance ?? Random.Shared.NextDouble; new Random(seed)")),
        Fine(nameof(CodeRules.Environment), "the one who reads", CSharp("src/Hosting/A.cs", "Environment.GetEnvironmentVariables()")),
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
        Fine(nameof(TestRules.TestsAssert), "asserting left to others",
            CSharp("tests/A.cs", "    [Fact]\n    public void It_works() => Run(1);\n\n    private static void Run(int a)\n    {\n"
                + "        Assert.True(a > 0);\n    }\n")),
    ];

    public static TheoryData<string> BadNames => [.. Bad.Select(sample => sample.Name)];

    public static TheoryData<string> GoodNames => [.. Good.Select(sample => sample.Name)];

    private static RuleSample Fine(string rule, string name, params SourceFile[] tree) => new(rule, name, string.Empty, tree);

    private static SourceFile CSharp(string path, string text) => new(path, text);
}
