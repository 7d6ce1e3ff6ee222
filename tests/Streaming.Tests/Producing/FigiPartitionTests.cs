using System.Text;
using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Keys;

namespace StockPipeline.StreamingTests.Producing;

public sealed class FigiPartitionTests
{
    [Theory]
    [InlineData("BBG004730N88")]
    [InlineData("BBG004730N88/2026-11-20T07:00:00Z")]
    [InlineData("BBG004730N88/1-min")]
    [InlineData("BBG004730N88/1-min/2026-11-20T07:00:00Z")]
    public void Every_key_of_an_instrument_has_the_partition_of_its_figi(string key)
    {
        var expected = FigiPartition.Of(new Figi("BBG004730N88"), 10);

        Assert.Equal(expected, FigiPartition.Of(Encoding.UTF8.GetBytes(key), 10));
    }

    [Fact]
    public void A_topic_of_one_partition_takes_any_key() => Assert.Equal(0, FigiPartition.Of("calendar/2026-11-20/MOEX"u8, 1));
}
