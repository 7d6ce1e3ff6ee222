using System.Collections.Concurrent;
using System.Text.Json;
using StockPipeline.Testing;

namespace StockPipeline.DeployTests.Compose;

/// <summary>A compose file as Compose itself understands it: extensions merged, variables filled in.</summary>
internal static class ComposeModel
{
    /// <summary>By the parser that is compiled, where there is one: the other takes seconds for our file.</summary>
    private const string ToJson = """
        import json, sys, yaml
        json.dump(list(yaml.load_all(sys.stdin, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))), sys.stdout)
        """;

    private static readonly TimeSpan InstallPatience = TimeSpan.FromMinutes(5);

    private static readonly Lazy<Task> Installed = new(InstallAsync);

    /// <summary>What was asked for once: Compose takes its time to read a file, and many tests look at the same.</summary>
    private static readonly ConcurrentDictionary<string, Lazy<Task<JsonElement>>> Known = new();

    /// <summary>Reads files, each laid over those before it, with the settings of the template, and those given over them.</summary>
    public static Task<JsonElement> ReadAsync(IReadOnlyList<string> files, params (string Name, string Value)[] settings) => Known.GetOrAdd(
        string.Join('\n', files.Concat(settings.Select(one => $"{one.Name}={one.Value}"))),
        _ => new Lazy<Task<JsonElement>>(() => AskComposeAsync(files, settings))).Value;

    private static async Task<JsonElement> AskComposeAsync(IReadOnlyList<string> files, (string Name, string Value)[] settings)
    {
        var named = files.SelectMany(file => new[] { "-f", RepositoryFolder.PathOf(file) });
        await Installed.Value;
        await using var compose = ChildProcess.Start(
            "docker-compose", ["--env-file", RepositoryFolder.PathOf(".env.template"), .. named, "config"],
            settings.ToDictionary(one => one.Name, one => one.Value));
        var code = await compose.ExitAsync();
        if (code != 0 || compose.Errors.Count > 0)
            throw new InvalidOperationException($"Compose ended with {code} and said: {string.Join('\n', compose.Errors)}");
        return (await YamlAsync(string.Join('\n', compose.Output)))[0];
    }

    /// <summary>YAML documents as JSON.</summary>
    public static async Task<IReadOnlyList<JsonElement>> YamlAsync(string yaml)
    {
        await Installed.Value;
        var json = await ChildProcess.OutputOfAsync("/usr/bin/python3", ["-c", ToJson], input: yaml);
        return [.. JsonDocument.Parse(json).RootElement.EnumerateArray()];
    }

    /// <summary>Installs docker-compose 1.29, the older of the two that the files are meant for, where the machine lacks it.</summary>
    private static async Task InstallAsync() => await ChildProcess.OutputOfAsync(
        RepositoryFolder.PathOf("eng/debian-packages.sh"), ["docker-compose", "python3-yaml"], patience: InstallPatience);
}
