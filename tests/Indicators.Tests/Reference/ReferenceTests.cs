using StockPipeline.Contracts.Instruments;
using StockPipeline.Indicators.Candles;
using StockPipeline.Indicators.Catalogue;

namespace StockPipeline.IndicatorsTests.Reference;

/// <summary>Every indicator beside values that others calculated.</summary>
public sealed class ReferenceTests
{
    private const double Promise = 1e-9;

    /// <summary>Drawings and variants beside our lines: closes drawn back in time, the cloud ahead, Keltner around the typical price.</summary>
    private static readonly string[] NotOurs = ["chikou", "lead_a", "lead_b", "middle_tp"];

    public static TheoryData<string, string> Files
    {
        get
        {
            var files = new TheoryData<string, string>();
            foreach (var parts in ReferenceTable.Files.Select(file => file.Split('.')).Where(parts => parts.Length == 3 && parts[0] != "candles"))
                files.Add(parts[0], parts[1]);
            return files;
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Values_are_those_of_exact_arithmetic(string name, string set)
    {
        var table = ReferenceTable.Read($"{name}.{set}.csv");
        var candles = ReferenceTable.Candles(set);
        var compared = 0;

        foreach (var column in table.Header.Skip(1).Where(column => !column.Contains('@', StringComparison.Ordinal)))
        {
            var (parameters, line) = column.Split('/') is [var before, var after] ? (before, after) : (string.Empty, column);
            if (NotOurs.Contains(line))
                continue;
            var indicator = ReferenceTable.IndicatorOf(name, parameters);
            var at = ReferenceTable.LineOf(indicator, line);
            Assert.True(at >= 0, $"{indicator} has no line {line}");
            var values = Calculated.Of(indicator, candles);
            var expected = table.Column(column).ToList();
            var median = Median(expected.Where(one => one.Text.Length > 0).Select(one => Math.Abs(ReferenceTable.Number(one.Text))));
            foreach (var (index, text) in expected)
            {
                var value = values.TryGetValue(candles[index].OpenTime, out var lines) ? lines[at] : double.NaN;
                if (text.Length == 0)
                {
                    Assert.True(double.IsNaN(value), $"{indicator} {line}[{index}] is {value}, and should not be there yet");
                    continue;
                }
                var reference = ReferenceTable.Number(text);
                Assert.True(
                    Math.Abs(value - reference) <= Promise * Math.Max(Math.Abs(reference), median),
                    $"{indicator} {line}[{index}] of {set} is {value:R}, not {reference:R}");
                compared++;
            }
        }

        Assert.True(compared > 20, $"only {compared} values were compared");
    }

    [Fact]
    public void Every_indicator_has_reference_values_of_every_set()
    {
        var files = ReferenceTable.Files.ToList();

        Assert.All(IndicatorCatalogue.All, kind => Assert.All(["walk", "tiny", "huge", "edge"], set =>
            Assert.Contains($"{(kind.Description.Name == "bollinger" ? "bbands" : kind.Description.Name)}.{set}.csv", files)));
    }

    /// <summary>
    /// Candles and values that Tulip Indicators publishes, to three decimals. Left out is what it defines otherwise: averages seeded with the first
    /// value, a first true range, a volume that begins with nothing.
    /// </summary>
    [Fact]
    public void Values_are_those_that_Tulip_publishes()
    {
        string[] defineOtherwise = ["ema", "dema", "tema", "macd", "ppo", "atr", "obv"];
        var table = ReferenceTable.Read("published-tulip.csv");
        double[] Input(string name) => [.. table.Rows.Single(row => row[0] == "input" && row[1] == name).Skip(6).Select(ReferenceTable.Number)];
        var (high, low, close, volume) = (Input("high"), Input("low"), Input("close"), Input("volume"));
        var candles = close.Select((value, index) => new CandleRow(
            index * 60_000L, Price.FromDecimal((decimal)value), value, high[index], low[index], volume[index], Final: true)).ToList();
        var lines = 0;

        foreach (var row in table.Rows.Where(row => row[0] == "output" && !defineOtherwise.Contains(row[1]) && (row[1], row[3]) != ("adx", "adx")))
        {
            var indicator = row[1] == "sar" ? IndicatorCatalogue.Parse("sar(0.2,1)") : ReferenceTable.IndicatorOf(row[1], row[2]);
            if (row[1] == "sar" && row[2] != "0.2-2.0")
                continue;
            var values = Calculated.Of(indicator, candles);
            var at = ReferenceTable.LineOf(indicator, row[3]);
            var scale = ReferenceTable.Number(row[4]);
            for (var index = indicator.Reach.Seeded; index < candles.Count; index++)
            {
                if (row[6 + index].Length > 0)
                    Assert.Equal(ReferenceTable.Number(row[6 + index]) * scale, values[candles[index].OpenTime][at], 0.00051 * Math.Abs(scale));
            }
            lines++;
        }

        Assert.True(lines >= 20, $"only {lines} lines were compared");
    }

    private static double Median(IEnumerable<double> values) => values.Order().ToList() is { Count: > 0 } sorted ? sorted[sorted.Count / 2] : 0;
}
