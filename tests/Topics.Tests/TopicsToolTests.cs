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

        Listing_shows_partitions_records_configurations_and_groups(pipeline);
        Peeking_shows_the_newest_records_of_one_instrument(pipeline);
        The_newest_state_of_each_key_leaves_out_what_was_replaced_or_removed(pipeline);
        The_ledger_shows_each_gap_once_in_its_present_state(pipeline);
        Records_come_as_lines_of_json_too(pipeline);
        What_cannot_be_answered_gets_a_sentence_that_helps(pipeline);
    }

    [Fact]
    public void Without_a_Kafka_or_a_registry_it_says_so_and_which_variable_names_one()
    {
        using var output = new StringWriter();
        using var errors = new StringWriter();

        var code = new Topics.TopicsTool(output, errors).Run(["list"], new Dictionary<string, string> { ["KAFKA_CONNECT"] = "127.0.0.1:1" }, default);

        Assert.Equal(1, code);
        Assert.StartsWith("no Kafka answers at 127.0.0.1:1", errors.ToString(), StringComparison.Ordinal);
        Assert.Contains("KAFKA_CONNECT", errors.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("bogus", "allowed: list, peek, gaps")]
    [InlineData("peek", "peek needs a topic")]
    [InlineData("peek macd --interval 7", "--interval is '7'; allowed: 1-min (1)")]
    [InlineData("peek macd --last 0", "--last is '0'; allowed: a whole number from 1 to 100000")]
    [InlineData("peek macd --last", "--last needs a value")]
    [InlineData("peek macd --scan 10000001", "from 1 to 10000000")]
    [InlineData("gaps --state shut", "allowed: open, suspected, requested, filled, empty, lost")]
    [InlineData("gaps extra", "'extra' is not understood after gaps")]
    [InlineData("list --json", "'--json' is not understood after list")]
    public void What_is_not_understood_is_refused_before_anything_is_asked(string arguments, string said)
    {
        using var errors = new StringWriter();

        var code = new Topics.TopicsTool(TextWriter.Null, errors).Run(arguments.Split(' '), new Dictionary<string, string>(), default);

        Assert.Equal(1, code);
        Assert.Contains(said, errors.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("KAFKA_CONNECT=nohost", "KAFKA_CONNECT is 'nohost'; allowed: host:port")]
    [InlineData("KAFKA_SECURITY_PROTOCOL=sasl_ssl", "KAFKA_SASL_USERNAME is not set")]
    [InlineData("SCHEMA_REGISTRY_URL=what", "SCHEMA_REGISTRY_URL is 'what'")]
    public void Wrong_settings_are_named_with_what_is_allowed(string setting, string said)
    {
        using var errors = new StringWriter();

        var code = new Topics.TopicsTool(TextWriter.Null, errors).Run(["list", setting], new Dictionary<string, string>(), default);

        Assert.Equal(2, code);
        Assert.Contains(said, errors.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("--help")]
    [InlineData("peek --help")]
    public void Help_names_every_command(string arguments)
    {
        using var output = new StringWriter();

        var code = new Topics.TopicsTool(output, TextWriter.Null).Run(
            arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries), new Dictionary<string, string>(), default);

        Assert.Equal(0, code);
        Assert.All(["./topics list", "./topics peek", "./topics gaps"], part => Assert.Contains(part, output.ToString(), StringComparison.Ordinal));
    }

    private static void Listing_shows_partitions_records_configurations_and_groups(FilledPipeline pipeline)
    {
        var (code, output, errors) = pipeline.Run("list");

        Assert.Equal("", errors);
        Assert.Equal(0, code);
        Assert.Matches(@"(?m)^th-config +1 +1 +2 +cleanup\.policy=compact$", output);
        Assert.Matches(@"(?m)^candles-1-min +10 +1 +62 +cleanup\.policy=(compact,delete|delete,compact) retention=21d$", output);
        Assert.Matches(@"(?m)^history-action +12 +1 +0 +cleanup\.policy=delete retention=7d$", output);
        Assert.DoesNotContain("missing:", output, StringComparison.Ordinal);
        Assert.Single(Rows(pipeline.Run("list gap").Output), row => row.StartsWith("gaps ", StringComparison.Ordinal));
    }

    private static void Peeking_shows_the_newest_records_of_one_instrument(FilledPipeline pipeline)
    {
        var rows = Rows(pipeline.Run("peek candles --interval 1-min --instrument sber --last 2").Output);

        Assert.Equal(3, rows.Length);
        Assert.Contains("2026-11-20T07:29:00Z", rows[1], StringComparison.Ordinal);
        Assert.Contains("129.5", rows[1], StringComparison.Ordinal);
        Assert.Contains("2026-11-20T07:00:00Z", rows[2], StringComparison.Ordinal);
        Assert.Contains("999", rows[2], StringComparison.Ordinal);
        Assert.All(rows[1..], row => Assert.Contains("SBER", row, StringComparison.Ordinal));
        Assert.Equal(rows, Rows(pipeline.Run($"peek candles-1-min --instrument {FilledPipeline.Sber} --last 2").Output));
    }

    private static void The_newest_state_of_each_key_leaves_out_what_was_replaced_or_removed(FilledPipeline pipeline)
    {
        var sber = Rows(pipeline.Run("peek candles-1-min --instrument SBER --newest --last 100").Output);
        var yandex = Rows(pipeline.Run("peek candles-1-min --instrument YDEX --newest --last 100").Output);

        Assert.Equal(FilledPipeline.Candles + 1, sber.Length);
        Assert.Contains("999", sber[1], StringComparison.Ordinal);
        Assert.Equal(FilledPipeline.Candles, yandex.Length);
        Assert.Contains("removed", pipeline.Run("peek candles-1-min --instrument YDEX --last 1").Output, StringComparison.Ordinal);
    }

    private static void The_ledger_shows_each_gap_once_in_its_present_state(FilledPipeline pipeline)
    {
        var all = pipeline.Run("gaps");
        var open = pipeline.Run("gaps --state open");

        Assert.Equal(3, Rows(all.Output).Length);
        Assert.Contains("2 shown of 2: 1 requested, 1 filled", all.Errors, StringComparison.Ordinal);
        Assert.Contains("YDEX", Assert.Single(Rows(open.Output)[1..]), StringComparison.Ordinal);
        Assert.Empty(Rows(pipeline.Run("gaps --interval 5-min").Output));
        Assert.Equal(2, Rows(pipeline.Run("peek gaps --instrument YDEX --interval 1-min").Output).Length);
    }

    private static void Records_come_as_lines_of_json_too(FilledPipeline pipeline)
    {
        var lines = Rows(pipeline.Run("peek th-config --json").Output);

        Assert.Equal(2, lines.Length);
        Assert.All(lines, line => Assert.Equal("TQBR", System.Text.Json.JsonDocument.Parse(line).RootElement.GetProperty("classCode").GetString()));
    }

    private static void What_cannot_be_answered_gets_a_sentence_that_helps(FilledPipeline pipeline)
    {
        Assert.Contains("there is no topic 'nope'", pipeline.Run("peek nope").Errors, StringComparison.Ordinal);
        Assert.Contains("there are SBER, YDEX", pipeline.Run("peek gaps --instrument NOPE").Errors, StringComparison.Ordinal);
        Assert.Contains("needs --interval", pipeline.Run("peek candles").Errors, StringComparison.Ordinal);
        Assert.Contains("candles-1-min holds 1-min only", pipeline.Run("peek candles-1-min --interval 5-min").Errors, StringComparison.Ordinal);
        Assert.Contains(
            "name another with SCHEMA_REGISTRY_URL", pipeline.Run("peek gaps SCHEMA_REGISTRY_URL=http://127.0.0.1:1").Errors,
            StringComparison.Ordinal);
    }

    private static string[] Rows(string output) => output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
