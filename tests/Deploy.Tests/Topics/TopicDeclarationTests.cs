using StockPipeline.Contracts.Topics;
using StockPipeline.Indicators.Catalogue;

namespace StockPipeline.DeployTests.Topics;

/// <summary>What the script declares is what the code declares.</summary>
public sealed class TopicDeclarationTests
{
    [Fact]
    public async Task The_script_declares_the_topics_of_the_code_in_their_order()
    {
        var (code, said) = await TopicScript.RunAsync(["--print"]);

        Assert.Equal(0, code);
        Assert.Equal(PipelineTopics.Default.All.Select(Line), said);
    }

    [Fact]
    public async Task Names_that_users_may_change_change_in_the_script_as_well()
    {
        var (_, said) = await TopicScript.RunAsync(["--print"], ("TOPIC_CONFIG", "my-config"), ("TOPIC_PREFIX_MACD", "my.macd_"));

        Assert.Equal(new PipelineTopics("my-config", "my.macd_", PipelineTopics.Default.Indicators).All.Select(Line), said);
    }

    [Fact]
    public async Task Every_indicator_has_its_topics_however_it_is_written()
    {
        var list = string.Join(' ', IndicatorCatalogue.ParseList(string.Join(' ', IndicatorCatalogue.All.Select(kind => kind.Description.Name)))
            .Where(one => one.Slug != "macd").Select(one => $"{one}"));
        const string Others = "RSI(21), bollinger (10, 2.5) macd(5,34,7)\tkeltner(30)";

        var (_, usual) = await TopicScript.RunAsync(["--print"], ("INDICATORS", list));
        var (_, others) = await TopicScript.RunAsync(["--print"], ("INDICATORS", Others));
        var (code, said) = await TopicScript.RunAsync(["--print"], ("INDICATORS", "rzi"));

        Assert.Equal(Declared(list), usual);
        Assert.Equal(Declared(Others), others);
        Assert.Equal(1, code);
        Assert.Contains("'rzi' is not an indicator", string.Join(' ', said), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("TOPICS_RECREATE", "maybe")]
    [InlineData("TOPICS_REPLICATION", "three")]
    [InlineData("KAFKA_CONNECT", "")]
    public async Task A_setting_it_does_not_understand_is_named_and_nothing_is_done(string name, string value)
    {
        var (code, said) = await TopicScript.RunAsync([], (name, value));

        Assert.Equal(1, code);
        Assert.Contains(said, line => line.Contains(name, StringComparison.Ordinal));
    }

    private static IEnumerable<string> Declared(string indicators) => new PipelineTopics(
        PipelineTopics.DefaultConfigTopic, PipelineTopics.DefaultMacdPrefix, IndicatorCatalogue.ParseList(indicators).Select(one => one.Slug))
        .All.Select(Line);

    private static string Line(TopicDeclaration topic) =>
        $"{topic.Name} {topic.Partitions} {(topic.RecreatedAtInit ? "recreated" : "kept")} "
        + string.Join(' ', topic.Configs.Select(config => $"{config.Key}={config.Value}"));
}
