using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Keys;
using StockPipeline.Contracts.Topics;
using StockPipeline.Surroundings;
using StockPipeline.Testing;

namespace StockPipeline.MacdTests.Service;

/// <summary>Workers in processes of their own, one of which stands still for longer than the group waits for it.</summary>
public sealed class PausedWorkerTests
{
    /// <summary>More than a worker has on their way at once.</summary>
    private const int Candles = 15_000;

    /// <summary>Between candles that are corrected: each correction is seen in every value up to the next.</summary>
    private const int Spacing = 40;

    /// <summary>What a worker holds when it is paused is chance, so it is paused until it has held something.</summary>
    private const int Rounds = 6;

    [Fact]
    public async Task What_a_paused_worker_still_writes_after_its_partitions_went_to_another_is_put_right()
    {
        var late = 0;
        for (var round = 0; round < Rounds && late == 0; round++)
            late = await LateWordsAsync();

        Assert.True(late > 0, $"In {Rounds} rounds the paused worker had nothing left to say: the test shows nothing.");
    }

    /// <summary>Pauses one of two workers until the other has its partitions, and goes on when what both said is right.</summary>
    /// <returns>How many wrong values the paused one said after it went on.</returns>
    private static async Task<int> LateWordsAsync()
    {
        await using var surroundings = await ServiceSurroundings.StartAsync();
        await using var heir = Start(surroundings);
        await heir.SaysAsync(Calculated(PipelineTopics.SeriesPartitions - 1));
        await using var paused = Start(surroundings);
        var partition = await PartitionOfAsync(paused);
        await using var candles = await SaidCandles.OfAsync(surroundings.Client, FigiIn(partition));

        await candles.GrowAsync(Candles, index => 100m + (index % 11));
        await Eventually.TrueAsync(() => candles.Values.All.Count > 0);
        paused.Signal(ChildProcess.Pause);
        Assert.InRange(candles.Values.All.Count, 1, Candles / 2);
        for (var index = Spacing; index < Candles; index += Spacing)
            await candles.CorrectAsync(index, by: 5);
        await candles.AreRightAsync();
        var said = candles.Values.All.Count;

        paused.Signal(ChildProcess.Resume);
        await paused.SaysAsync("were lost to the group");
        await candles.AreRightAsync();

        foreach (var worker in (ChildProcess[])[paused, heir])
        {
            worker.Signal(ChildProcess.Terminate);
            Assert.Equal(0, await worker.ExitAsync());
        }
        await candles.AreRightAsync();
        var isWrong = candles.IsWrong();
        return candles.Values.All.Skip(said).Count(one => isWrong(one.Value!));
    }

    private static ChildProcess Start(ServiceSurroundings surroundings) => ChildProcess.StartDotnet(
        "StockPipeline.Macd.dll", [], new Dictionary<string, string>(surroundings.Environment)
        {
            ["INTERVAL"] = "1-min", ["MACD_HISTORY"] = $"{Candles}", ["HEALTH_PORT"] = "off",
        });

    /// <summary>A partition the worker has got.</summary>
    private static async Task<int> PartitionOfAsync(ChildProcess worker)
    {
        var all = Enumerable.Range(0, PipelineTopics.SeriesPartitions);
        var line = await worker.SaysAsync("is calculated");
        return all.Single(partition => line.Contains(Calculated(partition), StringComparison.Ordinal));
    }

    private static string Calculated(int partition) => $"partition {partition} is calculated";

    private static Figi FigiIn(int partition) => Enumerable.Range(0, int.MaxValue).Select(number => new Figi($"BBG{number:D9}"))
        .First(figi => FigiPartition.Of(figi, PipelineTopics.SeriesPartitions) == partition);
}
