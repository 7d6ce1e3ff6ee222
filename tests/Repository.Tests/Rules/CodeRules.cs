using System.Text.RegularExpressions;

namespace StockPipeline.RepositoryTests.Rules;

/// <summary>What code does not call, and what it calls instead.</summary>
internal static partial class CodeRules
{
    private static readonly string[] Product = ["src", "images", "tools"];
    private static readonly string[] Everything = ["src", "images", "tools", "tests", "bench"];
    private static readonly string[] Readers = ["src/Hosting", "tests/Testing"];

    public static readonly Rule Clocks = Banned(nameof(Clocks), SystemClock(), Everything, [],
        "reads a clock that no test can move: ask the TimeProvider handed in (GetUtcNow, GetTimestamp and GetElapsedTime)");

    public static readonly Rule Sleeps = Banned(nameof(Sleeps), Sleep(), Everything, [],
        "blocks a thread: await Task.Delay with the TimeProvider handed in, in tests Eventually.SeeAsync");

    public static readonly Rule Timers = Rule.ForFiles(nameof(Timers), file => !file.IsCSharp
        ? []
        : Timer().Matches(file.CSharp.Code).Where(match => !TakesClock(file.CSharp.Code, match.Index + match.Length)).Select(match =>
            file.At(match.Index,
                $"'{match.Value}' without a clock: pass the TimeProvider handed in, in tests a ManualClock or TimeProvider.System")));

    public static readonly Rule Chance = Banned(nameof(Chance), UnseededRandom(), Everything, ["tests/Testing"],
        "draws numbers nobody can draw again: take a seed (in tests from Seed.Next) or a delegate that defaults to Random.Shared.NextDouble");

    public static readonly Rule Environment = Banned(nameof(Environment), ReadsEnvironment(), Everything, Readers,
        "reads the environment: take a setting through an options class, in tests through the test library");

    public static readonly Rule Console = Banned(nameof(Console), WritesConsole(), ["src"], ["src/Hosting"],
        "writes to the console: log through the ILogger handed in");

    public static readonly Rule AsyncVoid = Banned(nameof(AsyncVoid), AsyncVoidMethod(), Everything, [],
        "cannot be awaited and its failure ends the process: return a Task");

    public static readonly Rule Justification = Rule.ForFiles(nameof(Justification), file => !file.IsCSharp
        ? []
        : Pragma().Matches(file.Text).Where(match => match.Groups["reason"].Length == 0 && !InString(file, match.Index)).Select(match =>
            file.At(match.Index, "switches a warning off without a reason: write it after // on the same line")));

    public static readonly Rule SkippedTests = Banned(nameof(SkippedTests), SkippedTest(), ["tests"], [],
        "is never run: mend the test or remove it");

    private static Rule Banned(string name, Regex pattern, string[] folders, string[] except, string message) =>
        Rule.ForFiles(name, file => !file.IsCSharp || !file.IsUnder(folders) || file.IsUnder(except)
            ? []
            : pattern.Matches(file.CSharp.Code).Select(match => file.At(match.Index, $"'{match.Value}' {message}")));

    private static bool InString(SourceFile file, int index) => file.CSharp.Code[index] != '#';

    /// <summary>Whether one of the arguments from here to the closing bracket is a clock: called so, or declared as one in the file.</summary>
    private static bool TakesClock(string code, int at)
    {
        var depth = 1;
        var end = at;
        while (end < code.Length && depth > 0)
        {
            depth += code[end] switch { '(' => 1, ')' => -1, _ => 0 };
            end++;
        }
        var arguments = code[at..Math.Max(at, end - 1)];
        return arguments.Trim().Length == 0 || Clock().IsMatch(arguments)
            || DeclaredClock().Matches(code).Any(clock => Regex.IsMatch(arguments, $@"\b{clock.Groups["name"].Value}\b"));
    }

    [GeneratedRegex(@"\bDateTime(?:Offset)?\.(?:Now|UtcNow|Today)\b|\bStopwatch\b|\bEnvironment\.TickCount(?:64)?\b")]
    private static partial Regex SystemClock();

    [GeneratedRegex(@"\bThread\.Sleep\b|\bSpinWait\.SpinUntil\b")]
    private static partial Regex Sleep();

    [GeneratedRegex(@"\bTask\.Delay\(|\bnew (?:PeriodicTimer|Timer|CancellationTokenSource)\(|\bnew System\.(?:Timers|Threading)\.Timer\(")]
    private static partial Regex Timer();

    [GeneratedRegex(@"clock|TimeProvider", RegexOptions.IgnoreCase)]
    private static partial Regex Clock();

    [GeneratedRegex(@"\bTimeProvider\??\s+(?<name>\w+)")]
    private static partial Regex DeclaredClock();

    [GeneratedRegex(@"\bnew Random\(\s*\)|\bRandom\.Shared\b(?!\.NextDouble\b(?!\())")]
    private static partial Regex UnseededRandom();

    [GeneratedRegex(@"\bEnvironment\.GetEnvironmentVariables?\b")]
    private static partial Regex ReadsEnvironment();

    [GeneratedRegex(@"\bConsole\.(?:Write(?:Line)?|Out|Error|OpenStandard\w+)\b")]
    private static partial Regex WritesConsole();

    [GeneratedRegex(@"\basync void\b")]
    private static partial Regex AsyncVoidMethod();

    [GeneratedRegex(@"#pragma warning disable[^\n/]*(?://\s*(?<reason>[^\n]*))?")]
    private static partial Regex Pragma();

    [GeneratedRegex(@"\[(?:Fact|Theory)\([^\]]*\bSkip\s*=")]
    private static partial Regex SkippedTest();
}
