using StockPipeline.InteropTests.Support;
using StockPipeline.Testing;
using StockPipeline.Testing.Kafka;
using Xunit.Abstractions;

namespace StockPipeline.InteropTests.Semantics;

public sealed class BrokersUnderTestTests(ITestOutputHelper output)
{
    [Fact]
    public void The_suite_says_which_brokers_it_holds_to_the_same_behaviour()
    {
        var home = ForeignSoftware.Find(ApacheKafka.HomeVariable, output.WriteLine);
        output.WriteLine($"brokers under test: {string.Join(", ", Brokers.UnderTest)}");

        Assert.Equal(home is null ? [KafkaKind.Embedded] : [KafkaKind.Embedded, KafkaKind.Apache], Brokers.UnderTest);
    }
}
