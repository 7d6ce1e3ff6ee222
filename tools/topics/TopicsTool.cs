using System.CommandLine;
using System.CommandLine.Invocation;
using StockPipeline.Contracts.Topics;
using StockPipeline.Hosting;
using StockPipeline.Hosting.Options;
using StockPipeline.SchemaRegistry.Client;
using StockPipeline.Workers;

namespace StockPipeline.Topics;

/// <summary>Runs the whole tool: what was asked for, where Kafka is, the answer, the exit code.</summary>
/// <param name="output">Where answers go.</param>
/// <param name="errors">Where everything else is said.</param>
/// <param name="isTerminal">Whether somebody looks at the output: then it has colours.</param>
internal sealed class TopicsTool(TextWriter output, TextWriter errors, bool isTerminal = false)
{
    private static readonly Dictionary<string, string> OnThisMachine = new(StringComparer.Ordinal)
    {
        ["KAFKA_CONNECT"] = "127.0.0.1:9092", ["SCHEMA_REGISTRY_URL"] = "http://127.0.0.1:8081",
    };

    private static readonly SchemaRegistryClientOptions Patience = SchemaRegistryClientOptions.Default with
    {
        RequestTimeout = TimeSpan.FromSeconds(5),
        Retry = new() { First = TimeSpan.FromMilliseconds(100), Cap = TimeSpan.FromSeconds(1), Attempts = 3 },
    };

    /// <param name="environment">Asked for NO_COLOR, which many programs obey.</param>
    public static TopicsTool OnConsole(IReadOnlyDictionary<string, string> environment) =>
        new(Console.Out, Console.Error, !Console.IsOutputRedirected && string.IsNullOrEmpty(environment.GetValueOrDefault("NO_COLOR")));

    public async Task<int> RunAsync(
        IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string> environment, CancellationToken cancellationToken)
    {
        var variables = arguments.Where(IsVariable).Select(argument => argument.Split('=', 2)).ToDictionary(parts => parts[0], parts => parts[1]);
        var words = arguments.Where(argument => !IsVariable(argument)).ToList();
        var commands = new CommandLine((json, command) =>
            WithToolsAsync(Laid(OnThisMachine, environment, variables), json, command, cancellationToken));
        var parsed = commands.Parse(words is [] or ["help"] ? ["--help"] : words);
        if (parsed.Action is ParseErrorAction)
        {
            errors.WriteLine(string.Join('\n', parsed.Errors.Select(error => error.Message).Distinct()));
            errors.WriteLine("./topics --help shows what there is");
            return ExitCode.Failed;
        }
        // Help calls the program by the name of its file; it is started by another.
        using var help = new StringWriter();
        var code = await parsed.InvokeAsync(new InvocationConfiguration { Output = help, EnableDefaultExceptionHandler = false }, cancellationToken);
        output.Write(help.ToString().Replace(RootCommand.ExecutableName, "./topics", StringComparison.Ordinal));
        return code;
    }

    private async Task<int> WithToolsAsync(
        Dictionary<string, string> settings, bool json, Func<Tools, Task> command, CancellationToken cancellationToken)
    {
        var binder = new SettingsBinder(new ConfigurationBuilder().AddInMemoryCollection(settings!).Build());
        var (kafka, registry, names) = (new KafkaOptions(), new SchemaRegistryOptions(), new TopicOptions());
        binder.Bind(kafka);
        binder.Bind(registry);
        binder.Bind(names);
        if (binder.Problems.Count > 0)
        {
            errors.WriteLine(string.Join('\n', binder.Problems));
            return ExitCode.BadSettings;
        }
        try
        {
            using var client = new SchemaRegistryClient(registry.Connection, Patience);
            using var view = new KafkaView(kafka.Connection, cancellationToken);
            var decoder = new RecordDecoder(client, registry.Connection.Url.ToString(), cancellationToken);
            await command(new Tools(
                view, names.Topics, decoder, new Printer(output, errors, isTerminal, json)));
            return ExitCode.Clean;
        }
        catch (TopicsException sentence)
        {
            errors.WriteLine(sentence.Message);
            return ExitCode.Failed;
        }
    }

    private static bool IsVariable(string argument) =>
        argument.IndexOf('=', StringComparison.Ordinal) is > 0 and var at && argument[..at].All(letter => char.IsAsciiLetterUpper(letter)
            || char.IsAsciiDigit(letter) || letter == '_');

    /// <summary>Later ones win; what is set to nothing is not set.</summary>
    private static Dictionary<string, string> Laid(params IReadOnlyDictionary<string, string>[] layers)
    {
        var laid = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in layers.SelectMany(layer => layer).Where(one => !string.IsNullOrWhiteSpace(one.Value)))
            laid[name] = value;
        return laid;
    }
}

/// <summary>What every command works with.</summary>
internal sealed record Tools(KafkaView Kafka, PipelineTopics Pipeline, RecordDecoder Decoder, Printer Printer)
{
    public Task<KnownInstruments> InstrumentsAsync() => KnownInstruments.ReadAsync(Kafka, Decoder, Pipeline.Config.Name);
}

/// <summary>Something the user can do something about; the message says what.</summary>
internal sealed class TopicsException : Exception
{
    public TopicsException(string message) : base(message)
    {
    }

    public TopicsException(string message, Exception inner) : base(message, inner)
    {
    }

    public TopicsException() : base("The topics cannot be looked into.")
    {
    }
}
