using System.Globalization;

namespace StockPipeline.IndicatorsTests.Reference;

/// <summary>
/// Every indicator beside what compiled TA-Lib, Skender.Stock.Indicators, trading-signals and technicalindicators gave over the same candles: the
/// same, but for the candles at which their definition is known to be another one, and there not the same.
/// </summary>
public sealed class OtherLibrariesTests
{
    private const double Promise = 1e-9;
    private const double Rounding = 1e-12;

    /// <summary>What has only the name of TA-Lib is no witness.</summary>
    private const string NoWitness = "jtalib";

    private static readonly string[] Witnesses = ["talib", "skender", "tsig", "tind"];

    /// <summary>Lines of theirs that are drawings or variants beside ours.</summary>
    private static readonly string[] NotOurs = ["chikou", "lead_a", "lead_b", "middle_tp"];

    [Theory]
    [MemberData(nameof(ReferenceTests.Files), MemberType = typeof(ReferenceTests))]
    public void Other_libraries_give_our_values_but_where_their_definition_is_another_one(string name, string set)
    {
        var (table, candles) = (ReferenceTable.Read($"{name}.{set}.csv"), ReferenceTable.Candles(set));

        foreach (var column in table.Header.Where(column => column.Contains('@', StringComparison.Ordinal)))
        {
            var (ours, witness) = column.Split('@') is [var before, var after] ? (before, after) : throw new FormatException(column);
            var (parameters, line) = ours.Split('/') is [var first, var second] ? (first, second) : (string.Empty, ours);
            if (witness == NoWitness || NotOurs.Contains(line))
                continue;
            Assert.Contains(witness, Witnesses);
            var indicator = ReferenceTable.IndicatorOf(name, parameters);
            var (values, at) = (Calculated.Of(indicator, candles), ReferenceTable.LineOf(indicator, line));
            var references = table.Column(ours).ToDictionary(one => one.Index, one => one.Text);
            var sizes = references.Values.Where(text => text.Length > 0).Select(text => Math.Abs(ReferenceTable.Number(text))).Order().ToList();
            foreach (var (index, text) in table.Column(column).Where(one => one.Text.Length > 0))
            {
                var value = values.TryGetValue(candles[index].OpenTime, out var lines) ? lines[at] : double.NaN;
                // Beside nothing at all, what rounding leaves of sums that run along is nothing as well.
                var isSame = text == "=" || (references[index] == "0" && Math.Abs(ReferenceTable.Number(text)) < Rounding);
                var theirs = ReferenceTable.Number(text == "=" ? references[index] : text);
                // A value that we do not have there is another one, too.
                var distance = Math.Abs(value - theirs) / Math.Max(Math.Abs(isSame || references[index].Length == 0
                    ? theirs
                    : ReferenceTable.Number(references[index])), sizes[sizes.Count / 2]);
                Assert.True(
                    isSame ? distance <= Promise || Math.Abs(value - theirs) < Rounding : !(distance <= Promise / 2),
                    $"{indicator} {line}[{index}] of {set} is {value:R}, and {witness} gives {theirs:R}, which is {(isSame ? "" : "not ")}the same");
            }
        }
    }

    /// <summary>
    /// The table that says of each line where the libraries agree with it over all candles of a set, those included that the files leave out.
    /// </summary>
    [Fact]
    public void Where_other_libraries_agree_over_a_whole_set_our_first_value_stands_where_theirs_does()
    {
        var table = ReferenceTable.Read("agreement.csv");
        var first = new Dictionary<(string, string), SortedDictionary<long, double[]>>();
        var agreeing = Witnesses.ToDictionary(witness => witness, _ => 0);
        foreach (var row in table.Rows)
        {
            var (name, parameters, line, set, witness) = (row[0], row[1], row[2], row[3], row[4]);
            var agrees = row[7] == row[8] && row[7] != "0" && row[13..16].All(count => count == "0");
            if (!agrees || !agreeing.ContainsKey(witness) || NotOurs.Contains(line))
                continue;
            var indicator = ReferenceTable.IndicatorOf(name, parameters);
            if (!first.TryGetValue((indicator.ToString(), set), out var values))
                first[(indicator.ToString(), set)] = values = Calculated.Of(indicator, ReferenceTable.Candles(set));
            var at = ReferenceTable.LineOf(indicator, line);
            var begins = ReferenceTable.Candles(set)[int.Parse(row[6], CultureInfo.InvariantCulture)].OpenTime;
            Assert.Equal((indicator, line, witness, begins), (indicator, line, witness, values.First(one => !double.IsNaN(one.Value[at])).Key));
            Assert.Equal(int.Parse(row[7], CultureInfo.InvariantCulture), values.Values.Count(lines => !double.IsNaN(lines[at])));
            agreeing[witness]++;
        }

        Assert.All(agreeing, one => Assert.InRange(one.Value, 50, int.MaxValue));
    }
}
