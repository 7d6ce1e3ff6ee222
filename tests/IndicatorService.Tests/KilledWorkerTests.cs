using StockPipeline.Contracts.Instruments;
using StockPipeline.Indicators.Catalogue;
using StockPipeline.Surroundings;
using StockPipeline.Testing;
using Xunit.Abstractions;

namespace StockPipeline.IndicatorServiceTests;

/// <summary>The worker as a process of its own, killed at any instant while candles come, are corrected and taken back.</summary>
public sealed class KilledWorkerTests(ITestOutputHelper output)
{
    private const int Lives = 4;

    private static readonly Figi Figi = new("BBG004730N88");

    /// <summary>Each repairs differently: by what it remembers for ever, by its window, by its turns, by its session, by its sum.</summary>
    private static readonly string[] Different = ["rsi", "bollinger", "sar", "vwap", "obv"];

    [Fact]
    public async Task Killed_at_any_instant_and_started_again_the_topics_end_as_undisturbed()
    {
        var random = new Random(Seed.Next(output.WriteLine));
        await using var surroundings = await ServiceSurroundings.StartAsync();
        await using var values = await ValuesInTopics.OfAsync(surroundings, Different);
        var candles = ReferenceCandles.Read("walk", Figi);
        var said = 0;

        for (var life = 0; life < Lives; life++)
        {
            await using var worker = Start(surroundings);
            for (var end = candles.Count * (life + 1) / Lives; said < end; said++)
                await values.SayAsync(candles[said]);
            await Eventually.TrueAsync(() => worker.HasExited || values["rsi"].All.Count > random.Next(1 + (said / 2)));
            // Some change while it calculates, and some perhaps after its death.
            for (var change = 0; change < 5; change++)
            {
                var which = random.Next(1, said);
                candles[which] = candles[which] with { Close = candles[random.Next(2) == 0 ? which : which - 1].High, Volume = random.Next(900) };
                candles[which] = candles[which] with { High = Max(candles[which].High, candles[which].Close) };
                await values.SayAsync(candles[which]);
            }
            worker.Signal(ChildProcess.Kill);
            await worker.ExitAsync();
        }
        await using var last = Start(surroundings);

        foreach (var slug in Different)
        {
            var expected = IndicatorsByHand.Of(slug, candles);
            await Eventually.TrueAsync(() => IndicatorServiceTests.AreSame(expected, values.Latest(slug, Figi)), promise: $"{slug} as undisturbed");
        }
        last.Signal(ChildProcess.Terminate);
        Assert.Equal(0, await last.ExitAsync());
    }

    private static ChildProcess Start(ServiceSurroundings surroundings)
    {
        var list = string.Join(' ', Different.Select(slug => IndicatorCatalogue.Kind(slug).With()));
        return ChildProcess.StartDotnet("StockPipeline.IndicatorService.dll", [], new Dictionary<string, string>(surroundings.Environment)
        {
            ["INTERVAL"] = "1-min", ["INDICATORS"] = list, ["HEALTH_PORT"] = "off",
        });
    }

    private static Price Max(Price one, Price other) => one > other ? one : other;
}
