using System.Globalization;

namespace StockPipeline.Bench.Measure;

/// <summary>Prints one line a figure: name, figure, ratio to the baseline, bar, and whether it is met.</summary>
public sealed class Report(TextWriter output)
{
    /// <summary>No bar was missed so far.</summary>
    public bool AllBarsMet { get; private set; } = true;

    public void Begin(string suite)
    {
        output.WriteLine();
        output.WriteLine(suite);
        output.WriteLine($"  {"what",-62} {"figure",14} {"unit",-10} {"ratio",8} {"bar",10}");
    }

    /// <summary>A figure beside its baseline; the bar, where there is one, is for the ratio.</summary>
    public void Add(string name, double figure, string unit, double baseline, Bar? bar = null) =>
        Write(name, figure, unit, figure / baseline, bar, figure / baseline);

    /// <summary>A figure that stands alone; the bar, where there is one, is for the figure.</summary>
    public void Add(string name, double figure, string unit, Bar? bar = null) => Write(name, figure, unit, null, bar, figure);

    /// <summary>How figures that belong together stand to each other.</summary>
    public void AddRatio(string name, double ratio, Bar? bar = null) => Write(name, ratio, "", null, bar, ratio);

    /// <summary>Something that a figure does not say.</summary>
    public void Say(string sentence) => output.WriteLine($"  {sentence}");

    private void Write(string name, double figure, string unit, double? ratio, Bar? bar, double judged)
    {
        var isMet = bar?.IsMet(judged);
        AllBarsMet &= isMet ?? true;
        var ratioText = ratio is { } part ? part.ToString("0.000", CultureInfo.InvariantCulture) : "";
        var verdict = isMet switch { true => "pass", false => "FAIL", null => "" };
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"  {name,-62} {figure,14:#,0.0##} {unit,-10} {ratioText,8} {bar?.Text,10} {verdict}"));
    }
}
