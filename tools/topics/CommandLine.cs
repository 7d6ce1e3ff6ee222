using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;
using StockPipeline.Contracts.Topics;

namespace StockPipeline.Topics;

/// <summary>Declares the commands, their options and what completes them.</summary>
internal sealed class CommandLine
{
    private const int UsualCount = 20;
    private const int MostCount = 100_000;
    private const int UsualScan = 100_000;
    private const int MostScan = 10_000_000;

    private const string About = """
        Looks into the topics of the pipeline, and puts dead letters back.

        Where Kafka is and how to get in is told by the variables the services have, from the environment, .env or as NAME=VALUE:
        KAFKA_CONNECT (127.0.0.1:9092), SCHEMA_REGISTRY_URL (http://127.0.0.1:8081), KAFKA_SECURITY_PROTOCOL, KAFKA_SASL_..., KAFKA_SSL_CA,
        TOPIC_CONFIG, TOPIC_PREFIX_MACD, INDICATORS.

        Examples:
          ./topics peek macd --interval 1-min --instrument SBER --last 5
          ./topics peek rsi --interval 1-min --instrument SBER
          ./topics peek candles-1-day --instrument YDEX --newest
          ./topics watch SBER 1-min
          ./topics gaps --state open
          ./topics list KAFKA_CONNECT=kafka.example.org:9092
          eval "$(./topics completion)"        completes commands and options in this bash
        """;

    /// <summary>Asks this very program what may follow; without the first word, which is its name.</summary>
    private const string BashCompletion = """
        _topics() {
          local rest=${COMP_LINE#* }
          mapfile -t COMPREPLY < <(compgen -W "$("$1" "[suggest:$((COMP_POINT - ${#COMP_LINE} + ${#rest}))]" "$rest" 2>/dev/null)" -- "$2")
        }
        complete -F _topics ./topics topics
        """;

    private readonly Option<bool> json = new("--json") { Description = "one JSON object a line instead of a table" };
    private readonly Option<string?> instrument = new("--instrument") { Description = "only this ticker or FIGI", HelpName = "X" };
    private readonly Option<Interval?> interval = new("--interval")
    {
        Description = $"only this one: {Interval.Allowed}", HelpName = "X", CustomParser = result => IntervalOf("--interval", result),
    };

    private readonly Option<int> last = Number("--last", "so many records", UsualCount, MostCount);
    private readonly Func<bool, Func<Tools, Task>, Task<int>> run;
    private readonly RootCommand root;

    /// <param name="run">Runs a command with its tools, as JSON or not; gives the exit code.</param>
    public CommandLine(Func<bool, Func<Tools, Task>, Task<int>> run)
    {
        this.run = run;
        interval.CompletionSources.Add([.. Interval.All.Select(one => one.Name)]);
        root = new RootCommand(About) { List(), Peek(), Gaps(), Watch(), Replay(), Indicators(), Completion() };
    }

    public ParseResult Parse(IReadOnlyList<string> words) => root.Parse(words);

    private Command List()
    {
        var text = new Argument<string?>("TEXT") { Description = "only topics whose name holds it", Arity = ArgumentArity.ZeroOrOne };
        var command = new Command("list", "Shows every topic: partitions, records, configuration, groups and their lag.") { text, json };
        return On(command, parsed => tools => new ListCommand(tools).RunAsync(parsed.GetValue(text)));
    }

    private Command Peek()
    {
        var topic = new Argument<string>("TOPIC")
        {
            Description = "its name, or candles, macd or an indicator together with --interval", HelpName = "TOPIC",
        };
        topic.CompletionSources.Add(["candles", "macd", .. PipelineTopics.Default.Indicators, .. PipelineTopics.Default.All.Select(one => one.Name)]);
        var newest = new Option<bool>("--newest") { Description = "only the newest state of each key, in the order of keys" };
        var scan = Number("--scan", "look through so many of the newest records of each partition", UsualScan, MostScan);
        var command = new Command("peek", "Shows the newest records, decoded: of any topic with Avro in Confluent's format, ours or not.")
        {
            topic, instrument, interval, last, newest, scan, json,
        };
        return On(command, parsed => tools => new PeekCommand(tools).RunAsync(new PeekQuery(
            parsed.GetRequiredValue(topic), parsed.GetValue(instrument), parsed.GetValue(interval), parsed.GetValue(last), parsed.GetValue(newest),
            parsed.GetValue(scan))));
    }

    private Command Gaps()
    {
        var states = new Option<IReadOnlyList<GapState>>("--state")
        {
            Description = "suspected, requested, filled, empty or lost; open is suspected and requested", HelpName = "X",
            DefaultValueFactory = _ => [], CustomParser = StatesOf, Arity = ArgumentArity.ExactlyOne,
        };
        states.CompletionSources.Add(["open", .. Enum.GetNames<GapState>().Select(name => name.ToLowerInvariant())]);
        var command = new Command("gaps", "Shows the gap ledger as it stands.") { instrument, interval, states, last, json };
        return On(command, parsed => tools => new GapsCommand(tools).RunAsync(
            parsed.GetValue(instrument), parsed.GetValue(interval), parsed.GetRequiredValue(states), parsed.GetValue(last)));
    }

    private Command Watch()
    {
        var who = new Argument<string>("INSTRUMENT") { Description = "a ticker or a FIGI" };
        var which = new Argument<Interval?>("INTERVAL")
        {
            Description = Interval.Allowed, HelpName = "INTERVAL", CustomParser = result => IntervalOf("INTERVAL", result),
        };
        which.CompletionSources.Add([.. Interval.All.Select(one => one.Name)]);
        var rows = Number("--last", "so many candles", WatchCommand.UsualRows, WatchCommand.MostRows);
        var command = new Command("watch", "Follows candles and values of one instrument as they come, until Ctrl+C.") { who, which, rows, json };
        return On(command, parsed => tools => new WatchCommand(tools).RunAsync(
            parsed.GetRequiredValue(who), parsed.GetValue(which)!, parsed.GetValue(rows)));
    }

    private Command Replay()
    {
        var topic = new Option<string?>("--topic") { Description = "only letters that came from this topic", HelpName = "X" };
        var dryRun = new Option<bool>("--dry-run") { Description = "say what would be done and do nothing" };
        var force = new Option<bool>("--force") { Description = "put back also what still cannot be read" };
        var command = new Command("replay", "Puts dead letters back where they came from; what is back already, or was replaced since, stays.")
        {
            topic, dryRun, force, json,
        };
        return On(command, parsed => tools => new ReplayCommand(tools).RunAsync(
            parsed.GetValue(topic), parsed.GetValue(dryRun), parsed.GetValue(force)));
    }

    private Command Indicators()
    {
        var command = new Command("indicators", "Shows every indicator there is, with its parameters.") { json };
        return On(command, _ => tools =>
        {
            IndicatorsCommand.Run(tools.Printer);
            return Task.CompletedTask;
        });
    }

    private static Command Completion()
    {
        var command = new Command("completion", "Prints what makes bash complete commands and options.");
        command.SetAction(parsed => parsed.InvocationConfiguration.Output.WriteLine(BashCompletion));
        return command;
    }

    private Command On(Command command, Func<ParseResult, Func<Tools, Task>> work)
    {
        command.SetAction((parsed, _) => run(parsed.GetValue(json), work(parsed)));
        return command;
    }

    private static Option<int> Number(string name, string description, int usual, int most)
    {
        var allowed = string.Create(CultureInfo.InvariantCulture, $"a whole number from 1 to {most}");
        return new Option<int>(name)
        {
            Description = description,
            HelpName = "N",
            DefaultValueFactory = _ => usual,
            CustomParser = result => int.TryParse(Text(result), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                && number >= 1 && number <= most ? number : Refused<int>(result, name, allowed),
        };
    }

    private static Interval? IntervalOf(string name, ArgumentResult result) =>
        Interval.TryParse(Text(result), out var interval) ? interval : Refused<Interval?>(result, name, Interval.Allowed);

    private static IReadOnlyList<GapState> StatesOf(ArgumentResult result)
    {
        if (Text(result).Equals("open", StringComparison.OrdinalIgnoreCase))
            return [GapState.Suspected, GapState.Requested];
        var names = Enum.GetNames<GapState>();
        return names.FirstOrDefault(name => name.Equals(Text(result), StringComparison.OrdinalIgnoreCase)) is { } found
            ? [Enum.Parse<GapState>(found)]
            : Refused<IReadOnlyList<GapState>>(result, "--state", $"open, {string.Join(", ", names).ToLowerInvariant()}")!;
    }

    private static string Text(ArgumentResult result) => result.Tokens.Count == 1 ? result.Tokens[0].Value : "";

    private static T? Refused<T>(ArgumentResult result, string name, string allowed)
    {
        result.AddError($"{name} is '{Text(result)}'; allowed: {allowed}");
        return default;
    }
}
