using System.Globalization;
using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;

namespace StockPipeline.Topics;

/// <summary>What the user asked for.</summary>
internal sealed record Order
{
    public const int UsualCount = 20;
    public const int MostCount = 100_000;
    public const int UsualScan = 100_000;
    public const int MostScan = 10_000_000;

    public const string Help = """
        Looks into the topics of the pipeline; changes nothing.

          ./topics list [TEXT]        every topic whose name holds TEXT: partitions, records, configuration, groups and their lag
          ./topics peek TOPIC         the newest records, decoded; TOPIC is a name, or candles, macd or an indicator together with --interval
          ./topics gaps               the gap ledger
          ./topics indicators         every indicator there is, with its parameters; asks nobody

        Options of peek and gaps:
          --instrument X              only this ticker or FIGI
          --interval X                1-min, 5-min, 15-min, 30-min, 1-hour, 4-hour or 1-day
          --last N                    so many records (20)
          --json                      one JSON object a line instead of a table
        Options of peek:
          --newest                    only the newest state of each key, in the order of keys
          --scan N                    look through so many of the newest records of each partition (100000)
        Options of gaps:
          --state X                   suspected, requested, filled, empty or lost; open is suspected and requested

        Where Kafka is and how to get in is told by the variables the services have, from the environment, .env or as NAME=VALUE:
        KAFKA_CONNECT (127.0.0.1:9092), SCHEMA_REGISTRY_URL (http://127.0.0.1:8081), KAFKA_SECURITY_PROTOCOL, KAFKA_SASL_..., KAFKA_SSL_CA,
        TOPIC_CONFIG, TOPIC_PREFIX_MACD, INDICATORS.

        Examples:
          ./topics peek macd --interval 1-min --instrument SBER --last 5
          ./topics peek rsi --interval 1-min --instrument SBER
          ./topics peek candles-1-day --instrument YDEX --newest
          ./topics gaps --state open
          ./topics list KAFKA_CONNECT=kafka.example.org:9092
        """;

    public required string Command { get; init; }

    /// <summary>The topic to peek into, or the text that listed topics hold.</summary>
    public string? Topic { get; init; }

    public string? Instrument { get; init; }

    public Interval? Interval { get; init; }

    public int Count { get; init; } = UsualCount;

    public int Scan { get; init; } = UsualScan;

    public bool Newest { get; init; }

    public bool Json { get; init; }

    /// <summary>Gaps in one of these states; all where there is none.</summary>
    public IReadOnlyList<GapState> States { get; init; } = [];

    /// <summary>Variables laid over the environment.</summary>
    public IReadOnlyDictionary<string, string> Variables { get; init; } = new Dictionary<string, string>();

    /// <exception cref="TopicsException">It is not understood.</exception>
    public static Order Read(IReadOnlyList<string> arguments)
    {
        var variables = arguments.Where(IsVariable).Select(argument => argument.Split('=', 2)).ToDictionary(parts => parts[0], parts => parts[1]);
        var words = new Queue<string>(arguments.Where(argument => !IsVariable(argument)));
        if (!words.TryDequeue(out var command) || command is "help" or "--help" or "-h")
            return new Order { Command = "help" };
        if (command is not ("list" or "peek" or "gaps" or "indicators"))
            throw new TopicsException($"'{command}' is not understood; allowed: list, peek, gaps, indicators, --help");
        var order = new Order { Command = command, Variables = variables };
        while (words.TryDequeue(out var word))
            order = word is "--help" or "-h" ? order with { Command = "help" } : order.With(word, words);
        if (command == "peek" && order.Topic is null && order.Command != "help")
            throw new TopicsException("peek needs a topic, such as: ./topics peek macd --interval 1-min");
        return order;
    }

    private Order With(string word, Queue<string> words) => (Command, word) switch
    {
        ("peek" or "gaps", "--instrument") => this with { Instrument = Next(word, words, "a ticker or a FIGI") },
        ("peek" or "gaps", "--interval") => this with { Interval = IntervalOf(Next(word, words, Interval.Allowed)) },
        ("peek" or "gaps", "--last") => this with { Count = Number(word, words, MostCount) },
        ("peek" or "gaps", "--json") => this with { Json = true },
        ("peek", "--scan") => this with { Scan = Number(word, words, MostScan) },
        ("peek", "--newest") => this with { Newest = true },
        ("gaps", "--state") => this with { States = StatesOf(Next(word, words, "a state")) },
        ("peek" or "list", _) when Topic is null && !word.StartsWith('-') => this with { Topic = word },
        _ => throw new TopicsException($"'{word}' is not understood after {Command}; ./topics --help shows what is"),
    };

    private static string Next(string option, Queue<string> words, string allowed) =>
        words.TryDequeue(out var value) ? value : throw new TopicsException($"{option} needs a value: {allowed}");

    private static int Number(string option, Queue<string> words, int most)
    {
        var allowed = string.Create(CultureInfo.InvariantCulture, $"a whole number from 1 to {most}");
        var text = Next(option, words, allowed);
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= 1 && number <= most
            ? number
            : throw new TopicsException($"{option} is '{text}'; allowed: {allowed}");
    }

    private static Interval IntervalOf(string text) => Interval.TryParse(text, out var interval)
        ? interval
        : throw new TopicsException($"--interval is '{text}'; allowed: {Interval.Allowed}");

    private static IReadOnlyList<GapState> StatesOf(string text)
    {
        if (text.Equals("open", StringComparison.OrdinalIgnoreCase))
            return [GapState.Suspected, GapState.Requested];
        var names = Enum.GetNames<GapState>();
        return names.FirstOrDefault(name => name.Equals(text, StringComparison.OrdinalIgnoreCase)) is { } found
            ? [Enum.Parse<GapState>(found)]
            : throw new TopicsException($"--state is '{text}'; allowed: open, {string.Join(", ", names).ToLowerInvariant()}");
    }

    private static bool IsVariable(string argument) =>
        argument.IndexOf('=', StringComparison.Ordinal) is > 0 and var at && argument[..at].All(letter => char.IsAsciiLetterUpper(letter)
            || char.IsAsciiDigit(letter) || letter == '_');
}
