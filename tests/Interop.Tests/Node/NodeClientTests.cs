using StockPipeline.InteropTests.Support;
using StockPipeline.Testing;

namespace StockPipeline.InteropTests.Node;

/// <summary>Clients written for Node.js, which share no code with librdkafka, against our broker; the scripts check as they go.</summary>
public sealed class NodeClientTests(Brokers brokers) : IClassFixture<Brokers>
{
    [NodeFact]
    public Task Kafkajs_manages_topics_writes_and_reads_in_a_group_of_three_that_loses_one() => CheckAsync("kafkajs.mjs");

    [NodeFact]
    public Task Platformatic_manages_topics_writes_and_reads_in_a_group_of_three_that_loses_one() => CheckAsync("platformatic.mjs");

    /// <summary>A script prints every value its group has read, one a line.</summary>
    private async Task CheckAsync(string script)
    {
        var desk = await brokers.DeskAsync();

        var read = await NodeScripts.RunAsync(ForeignClients.NodeFolder, script, [desk.BootstrapServers, desk.Named("node")]);

        Assert.Equal(Enumerable.Range(0, 300).Select(number => $"{number}"), read.Split('\n'));
    }
}
