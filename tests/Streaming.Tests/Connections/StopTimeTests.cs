using System.Text.RegularExpressions;
using StockPipeline.Streaming.Groups;
using StockPipeline.Streaming.Producing;
using StockPipeline.Streaming.Tables;
using StockPipeline.Testing;

namespace StockPipeline.StreamingTests.Connections;

public sealed class StopTimeTests
{
    [Fact]
    public async Task A_service_ends_within_the_time_its_process_gives_it_whatever_it_waits_for()
    {
        var given = TimeSpan.FromSeconds(int.Parse(
            Regex.Match(await File.ReadAllTextAsync(RepositoryFolder.PathOf(".env.template")), @"(?m)^STOP_TIMEOUT=(\d+)s$").Groups[1].ValueSpan,
            System.Globalization.CultureInfo.InvariantCulture));

        var sending = ProducerOptions.Default.StopTimeout;

        Assert.True(GroupOptions.Default.StopTimeout + GroupProcessor<string>.LeavingTime + sending < given);
        Assert.True(TableReaderOptions.Default.StopTimeout + sending <= given);
    }
}
