using System.Text.Json;
using StockPipeline.Contracts.Instruments;
using StockPipeline.Indicators.Candles;
using StockPipeline.Indicators.Catalogue;
using StockPipeline.Testing;
using Xunit.Abstractions;

namespace StockPipeline.IndicatorsTests.Oracle;

/// <summary>Ours beside the npm package trading-signals, over candles that nobody has seen before, where both define an indicator alike.</summary>
public sealed class OtherImplementationTests(ITestOutputHelper output)
{
    private const double Promise = 1e-9;

    [Fact]
    public async Task Trading_signals_gives_the_same_values()
    {
        Indicator[] indicators = [.. IndicatorCatalogue.ParseList(
            "sma sma(7) wma wma(9) hma hma(15) rsi rsi(9) mom roc willr willr(7) cci cci(9) mfi ao ao(3,21) bollinger bollinger(10,1.5) donchian "
            + "ad")];
        var candles = Walk(new Random(Seed.Next(output.WriteLine)), 500);
        var input = JsonSerializer.Serialize(new
        {
            candles = candles.Select(one =>
                new { open = one.Open, high = one.High, low = one.Low, close = one.Close.ToDouble(), volume = one.Volume }),
            indicators = indicators.Select(one => new
            {
                name = one.Description.Name,
                parameters = one.Parameters.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(double.Parse),
            }),
        });

        var answer = await NodeScripts.RunAsync("tests/Indicators.Tests/Oracle", "trading-signals.mjs", [], input);

        var theirs = JsonSerializer.Deserialize<double[]?[][]>(answer)!;
        foreach (var (indicator, expected) in indicators.Zip(theirs))
            Compare(indicator, candles, expected);
    }

    private static void Compare(Indicator indicator, List<CandleRow> candles, double[]?[] theirs)
    {
        var ours = Calculated.Of(indicator, candles);
        var compared = 0;
        for (var index = indicator.Reach.Seeded; index < candles.Count; index++)
        {
            var (expected, value) = (theirs[index]!, ours[candles[index].OpenTime]);
            for (var line = 0; line < value.Length; line++)
            {
                var size = Math.Max(Math.Abs(expected[line]), 1);
                Assert.True(
                    Math.Abs(expected[line] - value[line]) <= Promise * size,
                    $"{indicator}[{index}]: they say {expected[line]:R}, we {value[line]:R}");
                compared++;
            }
        }
        Assert.True(compared > 400, $"{indicator}: only {compared} values were compared");
    }

    private static List<CandleRow> Walk(Random random, int length)
    {
        var candles = new List<CandleRow>();
        var price = 10_000;
        for (var minute = 0; minute < length; minute++)
        {
            var open = price + random.Next(5) - 2;
            price = open + random.Next(41) - 20;
            var (high, low) = (Math.Max(open, price) + random.Next(12), Math.Min(open, price) - random.Next(12));
            // No two typical prices in a row are equal: which of them counts as higher is rounding to them.
            if (minute > 0 && (high + low + price) == Sum(candles[^1]))
                high++;
            candles.Add(new CandleRow(
                minute * 60_000L, Price.FromDecimal(price / 100m), open / 100.0, high / 100.0, low / 100.0, 1 + random.Next(5_000), Final: true));
        }
        return candles;
    }

    private static int Sum(CandleRow row) => (int)Math.Round((row.High + row.Low + row.Close.ToDouble()) * 100);
}
