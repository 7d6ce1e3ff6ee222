using StockPipeline.Testing.Kafka;

namespace StockPipeline.TopicsTests;

/// <summary>The tool against a broker with a few records; the same must come out of ours and, where there is one, of Apache Kafka.</summary>
public sealed class TopicsToolTests
{
    public static TheoryData<KafkaKind> Brokers { get; } =
        ApacheKafka.Home is null ? [KafkaKind.Embedded] : [KafkaKind.Embedded, KafkaKind.Apache];

    [Theory]
    [MemberData(nameof(Brokers))]
    public async Task What_the_topics_hold_can_be_seen(KafkaKind kind)
    {
        await using var pipeline = await FilledPipeline.StartAsync(kind);

        await Listing_shows_partitions_records_configurations_and_groups(pipeline);
        await Peeking_shows_the_newest_records_of_one_instrument(pipeline);
        await The_newest_state_of_each_key_leaves_out_what_was_replaced_or_removed(pipeline);
        await The_ledger_shows_each_gap_once_in_its_present_state(pipeline);
        await Everything_comes_as_lines_of_json_too(pipeline);
        await Colours_are_for_terminals(pipeline);
        await What_cannot_be_answered_gets_a_sentence_that_helps(pipeline);
    }

    [Fact]
    public async Task Without_a_Kafka_or_a_registry_it_says_so_and_which_variable_names_one()
    {
        var (code, _, errors) = await RunAsync("list", ("KAFKA_CONNECT", "127.0.0.1:1"));

        Assert.Equal(1, code);
        Assert.StartsWith("no Kafka answers at 127.0.0.1:1", errors, StringComparison.Ordinal);
        Assert.Contains("KAFKA_CONNECT", errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("bogus", "Unrecognized command or argument 'bogus'")]
    [InlineData("peek", "Required argument 'TOPIC' missing for command: 'peek'")]
    [InlineData("peek macd --interval 7", "--interval is '7'; allowed: 1-min (1)")]
    [InlineData("watch SBER 7", "INTERVAL is '7'; allowed: 1-min (1)")]
    [InlineData("peek macd --last 0", "--last is '0'; allowed: a whole number from 1 to 100000")]
    [InlineData("peek macd --last", "Required argument missing for option: '--last'")]
    [InlineData("peek macd --scan 10000001", "from 1 to 10000000")]
    [InlineData("gaps --state shut", "allowed: open, suspected, requested, filled, empty, lost")]
    [InlineData("gaps extra", "Unrecognized command or argument 'extra'")]
    public async Task What_is_not_understood_is_refused_before_anything_is_asked(string arguments, string said)
    {
        var (code, output, errors) = await RunAsync(arguments);

        Assert.Equal((1, ""), (code, output));
        Assert.Contains(said, errors, StringComparison.Ordinal);
        Assert.Contains("./topics --help", errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("KAFKA_CONNECT=nohost", "KAFKA_CONNECT is 'nohost'; allowed: host:port")]
    [InlineData("KAFKA_SECURITY_PROTOCOL=sasl_ssl", "KAFKA_SASL_USERNAME is not set")]
    [InlineData("SCHEMA_REGISTRY_URL=what", "SCHEMA_REGISTRY_URL is 'what'")]
    public async Task Wrong_settings_are_named_with_what_is_allowed(string setting, string said)
    {
        var (code, _, errors) = await RunAsync($"list {setting}");

        Assert.Equal(2, code);
        Assert.Contains(said, errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "peek <TOPIC>", "gaps", "list <TEXT>", "watch <INSTRUMENT> <INTERVAL>", "replay", "./topics peek macd", "KAFKA_CONNECT")]
    [InlineData("--help", "peek <TOPIC>", "./topics [command] [options]")]
    [InlineData("help", "peek <TOPIC>")]
    [InlineData("peek --help", "./topics peek <TOPIC> [options]", "--newest", "--interval <X>", "5-min")]
    public async Task Help_says_what_there_is(string arguments, params string[] parts)
    {
        var (code, output, errors) = await RunAsync(arguments);

        Assert.Equal((0, ""), (code, errors));
        Assert.All(parts, part => Assert.Contains(part, output, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("pe", "peek")]
    [InlineData("peek ca", "candles", "candles-4-hour")]
    [InlineData("peek macd --interval ", "1-min", "1-day")]
    [InlineData("gaps --state ", "open", "lost")]
    [InlineData("watch SBER ", "15-min")]
    public async Task What_may_follow_completes_what_was_typed(string typed, params string[] offered)
    {
        await using var output = new StringWriter();

        var code = await new Topics.TopicsTool(output, TextWriter.Null).RunAsync(
            [$"[suggest:{typed.Length}]", typed], new Dictionary<string, string>(), default);

        Assert.Equal(0, code);
        Assert.Subset(Rows(output.ToString()).ToHashSet(), offered.ToHashSet());
    }

    [Fact]
    public async Task Bash_is_told_how_to_complete()
    {
        var (_, output, _) = await RunAsync("completion");

        Assert.Contains("complete -F _topics ./topics", output, StringComparison.Ordinal);
    }

    private static async Task<(int Code, string Output, string Errors)> RunAsync(string arguments, params (string Name, string Value)[] variables)
    {
        await using var output = new StringWriter();
        await using var errors = new StringWriter();
        var code = await new Topics.TopicsTool(output, errors).RunAsync(
            arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries), variables.ToDictionary(one => one.Name, one => one.Value), default);
        return (code, output.ToString(), errors.ToString());
    }

    private static async Task Listing_shows_partitions_records_configurations_and_groups(FilledPipeline pipeline)
    {
        var (code, output, errors) = await pipeline.RunAsync("list");

        // Not compared as texts: of two that differ the test shows only how they begin.
        Assert.True(code == 0 && errors.Length == 0, $"ended with {code}: {errors}");
        Assert.Matches(@"(?m)^th-config +1 +1 +2 +cleanup\.policy=compact ", output);
        Assert.Matches(@"(?m)^candles-1-min +10 +1 +62 +cleanup\.policy=(compact,delete|delete,compact) .*retention=21d", output);
        Assert.Matches(@"(?m)^history-action +12 +1 +0 +cleanup\.policy=delete retention=7d", output);
        Assert.DoesNotContain("missing:", output, StringComparison.Ordinal);
        Assert.Single(Rows((await pipeline.RunAsync("list gap")).Output), row => row.StartsWith("gaps ", StringComparison.Ordinal));
    }

    private static async Task Peeking_shows_the_newest_records_of_one_instrument(FilledPipeline pipeline)
    {
        var rows = Rows((await pipeline.RunAsync("peek candles --interval 1-min --instrument sber --last 2")).Output);

        Assert.Equal(3, rows.Length);
        Assert.Contains("2026-11-20T07:29:00Z", rows[1], StringComparison.Ordinal);
        Assert.Contains("129.5", rows[1], StringComparison.Ordinal);
        Assert.Contains("2026-11-20T07:00:00Z", rows[2], StringComparison.Ordinal);
        Assert.Contains("999", rows[2], StringComparison.Ordinal);
        Assert.All(rows[1..], row => Assert.Contains("SBER", row, StringComparison.Ordinal));
        Assert.Equal(rows, Rows((await pipeline.RunAsync($"peek candles-1-min --instrument {FilledPipeline.Sber} --last 2")).Output));
    }

    private static async Task The_newest_state_of_each_key_leaves_out_what_was_replaced_or_removed(FilledPipeline pipeline)
    {
        var sber = Rows((await pipeline.RunAsync("peek candles-1-min --instrument SBER --newest --last 100")).Output);
        var yandex = Rows((await pipeline.RunAsync("peek candles-1-min --instrument YDEX --newest --last 100")).Output);

        Assert.Equal(FilledPipeline.Candles + 1, sber.Length);
        Assert.Contains("999", sber[1], StringComparison.Ordinal);
        Assert.Equal(FilledPipeline.Candles, yandex.Length);
        Assert.Contains("removed", (await pipeline.RunAsync("peek candles-1-min --instrument YDEX --last 1")).Output, StringComparison.Ordinal);
    }

    private static async Task The_ledger_shows_each_gap_once_in_its_present_state(FilledPipeline pipeline)
    {
        var all = await pipeline.RunAsync("gaps");
        var open = await pipeline.RunAsync("gaps --state open");

        Assert.Equal(3, Rows(all.Output).Length);
        Assert.Contains("2 shown of 2: 1 requested, 1 filled", all.Errors, StringComparison.Ordinal);
        Assert.Contains("YDEX", Assert.Single(Rows(open.Output)[1..]), StringComparison.Ordinal);
        Assert.Empty(Rows((await pipeline.RunAsync("gaps --interval 5-min")).Output));
        Assert.Equal(2, Rows((await pipeline.RunAsync("peek gaps --instrument YDEX --interval 1-min")).Output).Length);
    }

    private static async Task Everything_comes_as_lines_of_json_too(FilledPipeline pipeline)
    {
        var topics = Rows((await pipeline.RunAsync("list --json")).Output).Select(line => System.Text.Json.JsonDocument.Parse(line).RootElement);
        Assert.Equal(62, Assert.Single(topics, topic => topic.GetProperty("topic").GetString() == "candles-1-min").GetProperty("records").GetInt32());

        var lines = Rows((await pipeline.RunAsync("peek th-config --json")).Output);

        Assert.Equal(2, lines.Length);
        Assert.All(lines, line => Assert.Equal("TQBR", System.Text.Json.JsonDocument.Parse(line).RootElement.GetProperty("classCode").GetString()));
    }

    private static async Task Colours_are_for_terminals(FilledPipeline pipeline)
    {
        const string escape = "\u001b[";

        var (plain, coloured) = ((await pipeline.RunAsync("gaps")).Output, (await pipeline.RunAsync("gaps", isTerminal: true)).Output);

        Assert.DoesNotContain(escape, plain, StringComparison.Ordinal);
        Assert.Contains(escape, coloured, StringComparison.Ordinal);
        Assert.Equal(plain, System.Text.RegularExpressions.Regex.Replace(coloured, "\u001b\\[[0-9;]*m", ""));
    }

    private static async Task What_cannot_be_answered_gets_a_sentence_that_helps(FilledPipeline pipeline)
    {
        Assert.Contains("there is no topic 'nope'", (await pipeline.RunAsync("peek nope")).Errors, StringComparison.Ordinal);
        Assert.Contains("there are SBER, YDEX", (await pipeline.RunAsync("peek gaps --instrument NOPE")).Errors, StringComparison.Ordinal);
        Assert.Contains("needs --interval", (await pipeline.RunAsync("peek candles")).Errors, StringComparison.Ordinal);
        Assert.Contains(
            "candles-1-min holds 1-min only", (await pipeline.RunAsync("peek candles-1-min --interval 5-min")).Errors, StringComparison.Ordinal);
        Assert.Contains(
            "name another with SCHEMA_REGISTRY_URL", (await pipeline.RunAsync("peek gaps SCHEMA_REGISTRY_URL=http://127.0.0.1:1")).Errors,
            StringComparison.Ordinal);
    }

    private static string[] Rows(string output) => output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
