using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using StockPipeline.Contracts.Connections;
using StockPipeline.Hosting.Options;
using StockPipeline.Testing;
using Xunit.Abstractions;

namespace StockPipeline.AllInOneTests;

/// <summary>Garbage in any variable of any service is refused by a line that names the variable; nothing starts with it.</summary>
public sealed partial class SettingsFuzzTests(ITestOutputHelper output)
{
    private const int BadSettings = 2;
    private const string NoSuchThing = "no such thing";
    private const int RandomTexts = 20;

    private static readonly string[] Garbage =
    [
        NoSuchThing, "-1", "1e999", "0x10", "1,5", "99999999999999999999", "\u0661\u0662", "NaN", "5 parsecs", "http://", "://", "1:2:3",
        "127.0.0.1:99999999", "2026-13-45T99:99:99Z", "\u0001\u0007", "a\nb", "=", "${X}", new string('x', 10_000),
    ];

    /// <summary>Values that all options classes are content with.</summary>
    private static readonly Dictionary<string, string> Good = new()
    {
        ["INTERVAL"] = "1-min", ["TOPIC"] = "macd-values-1-min", ["TICKER"] = "SBER", ["PORT"] = "8001", ["API_KEY"] = "key",
        ["CATALOG_DATABASE"] = "postgres://user:word@127.0.0.1/catalog", ["CATALOG_PARTNER"] = "net-video", ["TOKEN"] = "token",
        ["TELEGRAM_TOKEN"] = "token",
        ["NET_VIDEO_SERVICE_URL"] = "http://127.0.0.1/a", ["COUNTRY_LINK_SERVICE_URL"] = "http://127.0.0.1/b",
        ["DATABASE_URL"] = "postgres://user:word@127.0.0.1/accounts", ["CATALOG_RULES"] = RepositoryFolder.PathOf("src/Catalog/Merging/rules.json"),
        ["KAFKA_CONNECT"] = "127.0.0.1:9092", ["SCHEMA_REGISTRY_URL"] = "http://127.0.0.1:8081", ["SCHEMA_REGISTRY_PASSWORD"] = "word",
        ["RECORD_FOLDER"] = "record", ["RECORD_TICKERS"] = "SBER",
    };

    private static readonly Dictionary<string, Type> Classes = Directory.GetFiles(AppContext.BaseDirectory, "StockPipeline.*.dll")
        .Where(file => !Path.GetFileName(file).Contains(".Test", StringComparison.Ordinal)).Select(Assembly.LoadFrom)
        .SelectMany(assembly => assembly.GetTypes())
        .Where(type => Variables(type).Any()).ToDictionary(type => type.FullName!);

    public static TheoryData<string> ClassNames => [.. Classes.Keys.Order(StringComparer.Ordinal)];

    [Theory, MemberData(nameof(ClassNames))]
    public void Garbage_in_a_variable_is_refused_by_one_line_that_names_it_or_is_text_that_may_be_anything(string options)
    {
        var type = Classes[options];
        var seed = Seed.Next(output.WriteLine);
        Assert.Empty(Problems(type, Good));

        foreach (var (name, property) in Variables(type))
        {
            var random = Enumerable.Range(0, RandomTexts).Select(number => RandomText(new Random(seed + number)));
            var refused = 0;
            foreach (var garbage in Garbage.Concat(random))
            {
                var lines = Problems(type, new Dictionary<string, string>(Good) { [name] = garbage });
                refused += lines.Length > 0 ? 1 : 0;
                Assert.All(lines, line => Assert.Matches("^[^\n\r\0]+$", line));
                // Where two variables exclude each other the line may begin with the other one.
                Assert.True(lines.Length == 0 || lines.Any(line => Regex.IsMatch(line, $@"\b{name}\b")),
                    $"seed {seed}: {name}='{garbage}' is refused without its name: {string.Join(" | ", lines)}");
                if (property.PropertyType == typeof(Secret) && garbage.Length > 3)
                    Assert.DoesNotContain(lines, line => line.Contains(garbage, StringComparison.Ordinal));
            }
            Assert.True(refused > 0 || IsText(property), $"{name} of {type.Name} takes everything, though it is a {property.PropertyType.Name}.");
        }
    }

    [Theory, MemberData(nameof(ClassNames))]
    public void A_file_that_is_not_there_is_refused_for_every_variable_that_could_be_one(string options)
    {
        foreach (var (name, _) in Variables(Classes[options]).Where(one => !one.Name.EndsWith("_FILE", StringComparison.Ordinal)))
        {
            var settings = new Dictionary<string, string>(Good) { [name + "_FILE"] = "/no/such/file" };
            settings.Remove(name);

            Assert.Contains(
                Problems(Classes[options], settings), line => line.StartsWith($"{name}_FILE is '/no/such/file'", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task A_process_with_garbage_in_every_variable_says_a_line_for_each_and_ends_with_the_code_for_wrong_settings()
    {
        var all = Classes.Values.SelectMany(Variables).Select(one => one.Name).Distinct().ToDictionary(name => name, _ => NoSuchThing);
        await using var program = ChildProcess.StartDotnet("StockPipeline.AllInOne.dll", [], all);

        var code = await program.ExitAsync();

        Assert.True(code == BadSettings, $"It ended with {code}: {program.Said}");
        Assert.All(program.Errors, line => Assert.Matches(NamesVariable(), line));
        var named = program.Errors.Select(line => NamesVariable().Match(line).Groups["name"].Value).ToHashSet();
        // Those of every process, of the composition, and of services far apart.
        Assert.Superset(
            new HashSet<string> { "LOG_LEVEL", "STOP_TIMEOUT", "OTEL_TRACES_SAMPLER_ARG", "KAFKA_CONNECT", "WEBSOCKETS", "MACD_FAST", "GAPS_GRACE" },
            named);
        Assert.InRange(named.Count, 60, all.Count);
    }

    private static string[] Problems(Type type, IReadOnlyDictionary<string, string> settings)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(one => KeyValuePair.Create(one.Key, (string?)one.Value))).Build();
        try
        {
            typeof(OptionsReader).GetMethod(nameof(OptionsReader.Read))!.MakeGenericMethod(type).Invoke(null, [configuration]);
            return [];
        }
        catch (TargetInvocationException failure) when (failure.InnerException is FormatException refused)
        {
            return refused.Message.Split(Environment.NewLine);
        }
    }

    private static IEnumerable<(string Name, PropertyInfo Property)> Variables(Type type) => type.GetProperties()
        .Where(property => property.IsDefined(typeof(ConfigurationKeyNameAttribute)))
        .Select(property => (property.GetCustomAttribute<ConfigurationKeyNameAttribute>()!.Name, property));

    private static bool IsText(PropertyInfo property) => property.PropertyType == typeof(string) || property.PropertyType == typeof(Secret);

    private static string RandomText(Random random) =>
        new([.. Enumerable.Range(0, random.Next(1, 40)).Select(_ => (char)random.Next(1, 0x500))]);

    [GeneratedRegex(@"^(?:[\w./-]+: )?(?<name>[A-Z][A-Z0-9_]*) is (?:not set|'.*'); allowed: .+$")]
    private static partial Regex NamesVariable();
}
