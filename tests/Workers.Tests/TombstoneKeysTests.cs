using Microsoft.Extensions.Logging.Abstractions;
using StockPipeline.Contracts.Keys;
using StockPipeline.Hosting.Telemetry;
using StockPipeline.Workers;

namespace StockPipeline.WorkersTests;

public sealed class TombstoneKeysTests
{
    [Fact]
    public void A_key_of_ours_is_read_and_anything_else_is_counted_and_passed_over()
    {
        var metrics = Metrics.Of("test", TimeProvider.System);
        var keys = new TombstoneKeys(metrics, NullLogger<TombstoneKeys>.Instance);
        var key = new CandleKey(Sample.Sber, Sample.Noon);

        Assert.Equal(key, keys.Read(key.ToString(), offset: 1));
        Assert.Null(keys.Read("", offset: 2));
        Assert.Null(keys.Read("BBG004730N88", offset: 3));

        Assert.Equal(2, metrics.Errors("key").Value);
    }
}
