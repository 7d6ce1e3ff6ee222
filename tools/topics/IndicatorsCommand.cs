using StockPipeline.Indicators.Catalogue;

namespace StockPipeline.Topics;

/// <summary>Shows every indicator there is: how it is written, its lines and what it is.</summary>
internal static class IndicatorsCommand
{
    public static void Run(Printer printer)
    {
        if (!printer.IsJson)
        {
            printer.WriteLine(
                "INDICATORS takes any of these, with white space or commas between them; what stands in parentheses may be left out or changed.");
            printer.WriteLine("");
        }
        printer.Write([.. IndicatorCatalogue.All.OrderBy(kind => kind.Description.Name, StringComparer.Ordinal).Select(Row)]);
    }

    private static IReadOnlyList<Cell> Row(IndicatorKind kind)
    {
        var about = kind.Description;
        return
        [
            new("indicator", kind.With().ToString()), new("parameters", string.Join(", ", about.Parameters.Select(Text))),
            new("lines", string.Join(", ", about.Lines.Select(line => line.Name))), new("what it is", $"{about.Title}: {about.About}"),
        ];
    }

    private static string Text(ParameterRule rule) => $"{rule.Name} {ParameterRule.Text(rule.Least)}..{ParameterRule.Text(rule.Most)}";
}
