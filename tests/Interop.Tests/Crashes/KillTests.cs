using StockPipeline.Testing;
using StockPipeline.Testing.Soak;
using Xunit.Abstractions;

namespace StockPipeline.InteropTests.Crashes;

/// <summary>Broker, producers and consumers, each a process, are killed at random while they work; the long form is a suite of bench.</summary>
public sealed class KillTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Whoever_is_killed_what_was_acknowledged_is_there_once_in_order_and_read()
    {
        var outcome = await SoakRun.RunAsync(
            new SoakPlan { Seed = Seed.Next(output.WriteLine), Deaths = 9, RecordsPerSecond = 4_000, RecordsBetweenDeaths = 3_000 },
            output.WriteLine);

        Assert.Empty(outcome.Faults);
        Assert.True(outcome.Acknowledged > 0);
        Assert.True(outcome.Written >= outcome.Acknowledged);
    }
}
