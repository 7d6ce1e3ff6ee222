using StockPipeline.Config;
using StockPipeline.Contracts.Records;
using StockPipeline.Simulator;
using StockPipeline.Surroundings;
using StockPipeline.Testing;
using StockPipeline.Workers;

namespace StockPipeline.ConfigTests.Service;

/// <summary>From the ticker files to the configuration topic, with a simulated exchange.</summary>
public sealed class ConfigServiceTests
{
    private static readonly string[] Some = ["SBER", "GAZP", "LKOH", "YDEX", "ROSN", "NVTK", "T", "X5"];

    /// <summary>What users are promised; on a machine busy with something else the quickest of some edits has to show it.</summary>
    private static readonly TimeSpan EditsTakeEffectWithin = TimeSpan.FromSeconds(5);

    private const int Edits = 5;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_hundred_edits_in_a_row_end_in_the_state_of_the_last(bool writeAndRename)
    {
        await using var surroundings = await ServiceSurroundings.StartAsync();
        await using var simulator = await MarketSimulator.StartAsync(new SimulatorOptions());
        using var folder = new TempFolder();
        using var following = new Following(surroundings.Client);
        var file = folder.File("need_tickers.txt");
        await File.WriteAllTextAsync(file, "SBER\n");

        await surroundings.WhileRunningAsync(
            builder => builder.AddConfig(),
            async () =>
            {
                await Eventually.SeeAsync(following.Tickers, tickers => tickers == "SBER");
                for (var edit = 1; edit <= 100; edit++)
                    await WriteAsync(file, Some.Take(1 + (edit % Some.Length)), writeAndRename);
                var quickest = TimeSpan.MaxValue;
                for (var edit = 0; edit < Edits && quickest > EditsTakeEffectWithin; edit++)
                {
                    await WriteAsync(file, ["NVTK"], writeAndRename);
                    await Eventually.SeeAsync(following.Tickers, tickers => tickers == "NVTK");
                    var edited = TimeProvider.System.GetTimestamp();
                    await WriteAsync(file, ["YDEX", "# GAZP", "lkoh"], writeAndRename);
                    await Eventually.SeeAsync(following.Tickers, tickers => tickers == "LKOH YDEX");
                    var took = TimeProvider.System.GetElapsedTime(edited);
                    quickest = took < quickest ? took : quickest;
                }
                Assert.True(quickest <= EditsTakeEffectWithin, $"the quickest of {Edits} edits took {quickest}");
            },
            Settings(simulator, folder));

        Assert.Equal("LKOH YDEX", following.Tickers());
    }

    [Fact]
    public async Task A_restart_writes_nothing_that_stands_already_and_takes_back_what_went_meanwhile()
    {
        await using var surroundings = await ServiceSurroundings.StartAsync();
        await using var simulator = await MarketSimulator.StartAsync(new SimulatorOptions());
        using var folder = new TempFolder();
        using var following = new Following(surroundings.Client);
        await using var topic = new TopicReader<ConfigRecord>(
            surroundings.Client, surroundings.Client.Topics.Config, await surroundings.Client.Codecs.ConfigAsync(default));
        var file = folder.File("need_tickers.txt");
        await File.WriteAllLinesAsync(file, ["SBER", "GAZP", "YDEX"]);
        await surroundings.WhileRunningAsync(
            builder => builder.AddConfig(),
            () => Eventually.SeeAsync(following.Tickers, tickers => tickers == "GAZP SBER YDEX"), Settings(simulator, folder));
        var before = await Eventually.SeeAsync(() => topic.All.Count, count => count >= topic.Latest.Count && topic.Latest.Count > 3);

        await File.WriteAllLinesAsync(file, ["SBER", "YDEX"]);
        await surroundings.WhileRunningAsync(
            builder => builder.AddConfig(),
            () => Eventually.SeeAsync(following.Tickers, tickers => tickers == "SBER YDEX"), Settings(simulator, folder));

        await Eventually.TrueAsync(() => topic.All.Count > before);
        var gone = Assert.Single(topic.All.Skip(before));
        Assert.Null(gone.Value);
        Assert.Equal(simulator.Market.Share("GAZP").Figi.Value, gone.Key);
    }

    private static async Task WriteAsync(string file, IEnumerable<string> lines, bool writeAndRename)
    {
        var target = writeAndRename ? file + ".new" : file;
        await File.WriteAllLinesAsync(target, lines);
        if (writeAndRename)
            File.Move(target, file, overwrite: true);
    }

    private static (string Name, string Value)[] Settings(MarketSimulator simulator, TempFolder folder) =>
    [
        ("INVEST_API_HOST", simulator.Endpoint.ToString()), ("MARKET_CLOCK", new Uri(simulator.ControlEndpoint, "/clock").ToString()),
        ("NEED_TICKERS_FILE", folder.File("need_tickers.txt")), ("NOT_NEED_TICKERS_FILE", folder.File("none")), ("CALENDAR_DAYS", "7"),
    ];

    /// <summary>The topic as the workers follow it.</summary>
    private sealed class Following : IDisposable
    {
        private readonly CancellationTokenSource stop = new();
        private readonly ConfigTable table;
        private readonly Task reading;

        public Following(PipelineClient client)
        {
            table = new ConfigTable(client);
            reading = table.RunAsync(stop.Token);
        }

        public string Tickers() =>
            string.Join(' ', table.Current.Instruments.Values.Select(one => one.Ticker).Order(StringComparer.Ordinal));

        public void Dispose()
        {
            stop.Cancel();
            reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing).GetAwaiter().GetResult();
            stop.Dispose();
        }
    }
}
