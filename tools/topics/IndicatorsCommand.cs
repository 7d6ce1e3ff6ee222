using StockPipeline.Indicators.Catalogue;

namespace StockPipeline.Topics;

/// <summary>Every indicator there is: how it is written, its lines and what it is.</summary>
internal sealed class IndicatorsCommand(TextWriter output)
{
    public void Run()
    {
        output.WriteLine(
            "INDICATORS takes any of these, with white space or commas between them; what stands in parentheses may be left out or changed.");
        output.WriteLine();
        TextTable.Write(output, ["indicator", "parameters", "lines", "what it is"], [.. IndicatorCatalogue.All
            .OrderBy(kind => kind.Description.Name, StringComparer.Ordinal).Select(Row)]);
    }

    private static string[] Row(IndicatorKind kind)
    {
        var about = kind.Description;
        return
        [
            kind.With().ToString(), string.Join(", ", about.Parameters.Select(Text)), string.Join(", ", about.Lines.Select(line => line.Name)),
            $"{about.Title}: {about.About}",
        ];
    }

    private static string Text(ParameterRule rule) => $"{rule.Name} {ParameterRule.Text(rule.Least)}..{ParameterRule.Text(rule.Most)}";
}
