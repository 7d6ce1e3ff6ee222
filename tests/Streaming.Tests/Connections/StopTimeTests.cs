using System.Text.RegularExpressions;
using StockPipeline.Streaming.Groups;
using StockPipeline.Streaming.Producing;
using StockPipeline.Streaming.Tables;
using StockPipeline.Testing;

namespace StockPipeline.StreamingTests.Connections;

public sealed class StopTimeTests
{
    /// <summary>What the client takes to leave its group when the brokers are away and it has not noticed yet.</summary>
    private static readonly TimeSpan Goodbye = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(500);

    [Fact]
    public async Task Each_thing_a_stop_waits_for_ends_within_the_time_the_process_has()
    {
        var given = TimeSpan.FromSeconds(int.Parse(
            Regex.Match(await File.ReadAllTextAsync(RepositoryFolder.PathOf(".env.template")), @"(?m)^STOP_TIMEOUT=(\d+)s$").Groups[1].ValueSpan,
            System.Globalization.CultureInfo.InvariantCulture));

        Assert.InRange(GroupOptions.Default.StopTimeout + GroupProcessor<string>.LeavingTime, Goodbye, given - Moment);
        Assert.InRange(TableReaderOptions.Default.StopTimeout, Goodbye, given - Moment);
        Assert.InRange(ProducerOptions.Default.StopTimeout, Moment, given - Goodbye);
    }
}
