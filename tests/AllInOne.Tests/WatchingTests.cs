using Microsoft.Extensions.Logging;
using Spectre.Console;
using StockPipeline.AllInOne.Watching;
using StockPipeline.Hosting.Telemetry;
using StockPipeline.Testing;

namespace StockPipeline.AllInOneTests;

/// <summary>What is shown while everything runs, and where the log goes.</summary>
public sealed class WatchingTests : IDisposable
{
    private static readonly DateTimeOffset Start = new(2026, 11, 30, 10, 0, 0, TimeSpan.Zero);

    private readonly TempFolder folder = new();
    private readonly ManualClock clock = new(Start);

    public void Dispose() => folder.Dispose();

    [Fact]
    public void The_view_shows_how_far_history_is_and_what_is_amiss()
    {
        var now = Snapshot() with
        {
            History = [new HistoryProgress("1-min", 150, 400), new HistoryProgress("1-day", 400, 400)], HistoryLeft = TimeSpan.FromSeconds(95),
            OpenGaps = 3, Problems = 2, LastProblem = "10:00:01 history: the exchange [is away]", ValuesPerSecond = 1234.4, Clients = 7,
            Corrections = 12, LastCorrection = Start,
        };

        var shown = Shown(now, null);

        Assert.Contains("1 min 35 s left", shown, StringComparison.Ordinal);
        Assert.Contains("150 of 400 candles", shown, StringComparison.Ordinal);
        Assert.Contains("█████████░", shown, StringComparison.Ordinal);
        Assert.Contains("1,234 values/s", shown, StringComparison.Ordinal);
        Assert.Contains("7 clients", shown, StringComparison.Ordinal);
        Assert.Contains("3 gaps open", shown, StringComparison.Ordinal);
        Assert.Contains("last repair 10:00:00 (12 candles corrected)", shown, StringComparison.Ordinal);
        Assert.Contains("2 warnings, the last: 10:00:01 history: the exchange [is away]", shown, StringComparison.Ordinal);
        Assert.Contains(PipelineView.Keys, shown, StringComparison.Ordinal);
        Assert.Contains("SBER 1-min no value yet", shown, StringComparison.Ordinal);
        Assert.Contains("a line of the log", Shown(now, ["a line of the log"]), StringComparison.Ordinal);
    }

    [Fact]
    public void When_all_is_there_the_view_says_so_and_a_line_says_the_same()
    {
        var now = Snapshot() with
        {
            History = [new HistoryProgress("1-min", 400, 400)],
            Sockets = [new SocketStart("SBER 1-min", "http://127.0.0.1:8001/", TimeSpan.FromSeconds(2.94))],
        };

        Assert.Contains("all 400 candles are there", Shown(now, null), StringComparison.Ordinal);
        Assert.Contains($"{PipelineView.AllThere}: SBER 1-min after 2.9 s", Shown(now, null), StringComparison.Ordinal);
        Assert.Equal("10 s: history 100 %, 0 values/s, 0 clients, 0 gaps open, 0 warnings", PipelineView.Line(now));
    }

    [Fact]
    public async Task Rates_and_the_time_left_follow_from_what_the_meters_say()
    {
        await using var files = new LogFiles(folder.Path, new LogFileLimits(), clock);
        // Other tests of this process may declare metrics too: what is looked at are differences of our own.
        var metrics = Metrics.Of("lack", clock);
        using var taker = new SnapshotTaker(new WatchedLog(files, clock), clock);
        var before = taker.Take([]);
        metrics.Gauges("stockpipeline_lack_candles_wanted", "", "interval").With("1-min").Set(1_000);
        var there = metrics.Gauges("stockpipeline_lack_candles", "", "interval").With("1-min");
        var values = metrics.Counter("stockpipeline_macd_values_total", "");

        for (var second = 1; second <= 4; second++)
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            there.Set(second * 100);
            values.Increment();
            values.Increment();
            before = taker.Take([]);
        }

        Assert.Equal(new HistoryProgress("1-min", 400, 1_000), before.History.Single(one => one.Interval == "1-min"));
        Assert.Equal(TimeSpan.FromSeconds(6), before.HistoryLeft);
        Assert.Equal(2, before.ValuesPerSecond, 1);
    }

    [Fact]
    public async Task A_log_begins_a_new_file_when_one_is_large_or_old_and_keeps_only_the_newest()
    {
        var limits = new LogFileLimits { Bytes = 200, Age = TimeSpan.FromHours(1), Files = 3, Kept = TimeSpan.FromDays(365_000) };
        await using (var files = new LogFiles(folder.Path, limits, clock))
        {
            var log = new WatchedLog(files, clock);
            using var factory = LoggerFactory.Create(builder => builder.AddProvider(log));
            var logger = factory.CreateLogger("candles-1-min/Candles");
            for (var line = 0; line < 40; line++)
            {
                logger.LogWarning(new EventId(7), "line {Number} of many", line);
                clock.Advance(TimeSpan.FromSeconds(1));
            }
            Assert.Equal((40, "10:00:39 candles-1-min: line 39 of many"), (log.Problems.Count, log.Problems.Last));
            Assert.EndsWith("warn: candles-1-min/Candles[7] line 39 of many", log.Last(2)[1], StringComparison.Ordinal);
        }

        var old = Directory.GetFiles(folder.Path, "stockpipeline-*.log");
        Assert.InRange(old.Length, 1, limits.Files);
        Assert.Contains("line 39", await File.ReadAllTextAsync(Path.Combine(folder.Path, LogFiles.Current)), StringComparison.Ordinal);
        Assert.All(old, file => Assert.InRange(new FileInfo(file).Length, 1, limits.Bytes + 200));
    }

    private static PipelineSnapshot Snapshot() => new()
    {
        Running = TimeSpan.FromSeconds(10), History = [], Sockets = [new SocketStart("SBER 1-min", "http://127.0.0.1:8001/", null)],
    };

    private static string Shown(PipelineSnapshot now, IReadOnlyList<string>? log)
    {
        var text = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors, Out = new AnsiConsoleOutput(text),
        });
        console.Profile.Width = 200;
        console.Write(PipelineView.Draw(now, log, console.Profile.Width));
        return text.ToString();
    }
}
