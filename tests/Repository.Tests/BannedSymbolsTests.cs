using System.Reflection;
using System.Text.RegularExpressions;
using StockPipeline.Testing;

namespace StockPipeline.RepositoryTests;

/// <summary>
/// eng/banned: what nobody may call. The analyzer passes over a line with a mistake in it without a word, and each overload wants its own; so
/// every line has to name something that there is, and what is banned has to be found in a file full of it.
/// </summary>
public sealed partial class BannedSymbolsTests
{
    private static readonly string[] Calls =
    [
        "_ = System.DateTime.Now;", "_ = System.DateTime.UtcNow;", "_ = System.DateTimeOffset.UtcNow;", "_ = System.Environment.TickCount64;",
        "System.Diagnostics.Stopwatch.StartNew();", "System.Threading.Thread.Sleep(1);", "System.Threading.Tasks.Task.Delay(1);",
        "System.Threading.Tasks.Task.Delay(System.TimeSpan.Zero, default(System.Threading.CancellationToken));",
        "new System.Threading.PeriodicTimer(System.TimeSpan.MaxValue);", "new System.Threading.CancellationTokenSource(1);",
        "new System.Threading.Timer(_ => { });", "new System.Random();", "_ = System.Random.Shared;",
        "System.Func<double> chance = System.Random.Shared.NextDouble;", "System.Environment.GetEnvironmentVariable(\"A\");",
        "System.Console.WriteLine();",
    ];

    private static string[] Lists => Directory.GetFiles(RepositoryFolder.PathOf("eng/banned"), "BannedSymbols.*.txt");

    [Fact]
    public async Task Every_line_names_something_that_there_is_and_says_what_to_do_instead()
    {
        var lines = (await Task.WhenAll(Lists.Select(file => File.ReadAllLinesAsync(file)))).SelectMany(one => one).ToList();

        Assert.InRange(lines.Count, 20, 200);
        Assert.All(lines, line => Assert.Matches("^[TMP]:[^;]+;.{20,}$", line));
        Assert.All(lines, line => Assert.True(Exists(line.Split(';')[0]), $"{line.Split(';')[0]} names nothing"));
    }

    [Fact]
    public async Task What_is_banned_is_an_error_where_it_is_called()
    {
        using var folder = new TempFolder();
        var file = folder.File("Sample.cs");
        await File.WriteAllTextAsync(file, $"class Sample\n{{\n    void Call()\n    {{\n{string.Join('\n', Calls)}\n    }}\n}}\n");
        var analyzers = Path.Combine(Built("BannedApiAnalyzers"), "analyzers", "dotnet", "cs");
        var framework = Path.GetDirectoryName(typeof(object).Assembly.Location)!;

        await using var compiler = ChildProcess.Start("dotnet",
        [
            "exec", Built("Compiler"), "/nologo", "/nostdlib", "/target:library", $"/out:{folder.File("sample.dll")}", "/warnaserror+:RS0030",
            .. Directory.GetFiles(framework, "System*.dll").Where(IsManaged).Select(dll => $"/r:{dll}"),
            .. Directory.GetFiles(analyzers, "*.dll").Select(dll => $"/analyzer:{dll}"), .. Lists.Select(list => $"/additionalfile:{list}"), file,
        ], new Dictionary<string, string>());
        await compiler.ExitAsync();

        var found = compiler.Output.Select(line => Refused().Match(line)).Where(match => match.Success)
            .Select(match => int.Parse(match.Groups["line"].Value, null)).ToHashSet();
        Assert.All(Calls.Index(), call => Assert.True(found.Contains(call.Index + 5), $"not refused: {call.Item} ({compiler.Said})"));
    }

    [Fact]
    public void Every_project_is_built_with_the_lists()
    {
        Assert.Equal("BannedSymbols.Clocks BannedSymbols.Chance BannedSymbols.Environment", Built("BannedLists"));
    }

    private static string Built(string name) => typeof(BannedSymbolsTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(one => one.Key == name).Value!;

    private static bool IsManaged(string file)
    {
        try
        {
            return AssemblyName.GetAssemblyName(file) is not null;
        }
        catch (BadImageFormatException)
        {
            return false;
        }
    }

    private static bool Exists(string symbol)
    {
        var match = Symbol().Match(symbol);
        var (kind, name) = (match.Groups["kind"].Value, match.Groups["name"].Value);
        if (kind == "T")
            return Find(name) is not null;
        var (type, member) = (Find(name[..name.LastIndexOf('.')]), name[(name.LastIndexOf('.') + 1)..]);
        if (kind == "P")
            return type?.GetProperty(member) is not null;
        var arguments = match.Groups["arguments"].Value.Split(',', StringSplitOptions.RemoveEmptyEntries);
        IEnumerable<MethodBase> overloads = member == "#ctor"
            ? type!.GetConstructors() : type!.GetMethods().Where(method => method.Name == member);
        return overloads.Any(method => method.GetParameters().Select(one => NameOf(one.ParameterType)).SequenceEqual(arguments));
    }

    private static Type? Find(string name) => Type.GetType(name) ?? AppDomain.CurrentDomain.GetAssemblies()
        .Append(typeof(Console).Assembly).Append(Assembly.Load("System.ComponentModel.TypeConverter"))
        .Select(assembly => assembly.GetType(name))
        .FirstOrDefault(type => type is not null);

    private static string NameOf(Type type) => type.IsGenericType
        ? $"{type.FullName!.Split('`')[0]}{{{string.Join(',', type.GetGenericArguments().Select(NameOf))}}}"
        : type.FullName!;

    [GeneratedRegex(@"^(?<kind>[TMP]):(?<name>[\w.#]+)(?:\((?<arguments>.*)\))?$")]
    private static partial Regex Symbol();

    [GeneratedRegex(@"\((?<line>\d+),\d+\): error RS0030")]
    private static partial Regex Refused();
}
