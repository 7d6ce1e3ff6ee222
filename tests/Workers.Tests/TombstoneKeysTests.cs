using StockPipeline.Contracts.Keys;
using StockPipeline.Testing;
using StockPipeline.Workers;

namespace StockPipeline.WorkersTests;

public sealed class TombstoneKeysTests
{
    [Fact]
    public void A_key_of_ours_is_read_and_anything_else_is_counted_and_passed_over()
    {
        var context = Sample.Context(new ManualClock(Sample.Noon));
        var keys = new TombstoneKeys(context);
        var key = new CandleKey(Sample.Sber, Sample.Noon);

        Assert.Equal(key, keys.Read(key.ToString(), offset: 1));
        Assert.Null(keys.Read("", offset: 2));
        Assert.Null(keys.Read("BBG004730N88", offset: 3));

        Assert.Equal(2, context.Metrics.Errors("key").Value);
    }
}
