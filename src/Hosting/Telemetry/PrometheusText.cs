using System.Globalization;
using System.Text;

namespace StockPipeline.Hosting.Telemetry;

/// <summary>Writes the Prometheus text format, version 0.0.4.</summary>
internal sealed class PrometheusText
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private readonly StringBuilder text = new();

    public override string ToString() => text.ToString();

    public void Header(string name, string kind, string help) =>
        text.Append("# HELP ").Append(name).Append(' ').Append(help.Replace("\\", "\\\\").Replace("\n", "\\n")).Append('\n')
            .Append("# TYPE ").Append(name).Append(' ').Append(kind).Append('\n');

    /// <param name="name">The series' name, with a suffix where its kind asks for one.</param>
    /// <param name="labelSet">As <see cref="LabelSet"/> made it.</param>
    /// <param name="value">What it is now.</param>
    public void Sample(string name, string labelSet, double value)
    {
        text.Append(name);
        if (labelSet.Length > 0)
            text.Append('{').Append(labelSet).Append('}');
        text.Append(' ').Append(Number(value)).Append('\n');
    }

    public void Histogram(Family family, string labelSet, Histogram histogram)
    {
        var separator = labelSet.Length > 0 ? "," : string.Empty;
        long count = 0;
        for (var i = 0; i < histogram.Bounds.Length; i++)
        {
            count += histogram.CountIn(i);
            Sample(family.Name + "_bucket", $"{labelSet}{separator}le=\"{Number(histogram.Bounds[i])}\"", count);
        }
        count += histogram.CountIn(histogram.Bounds.Length);
        Sample(family.Name + "_bucket", $"{labelSet}{separator}le=\"+Inf\"", count);
        Sample(family.Name + "_sum", labelSet, histogram.Sum);
        Sample(family.Name + "_count", labelSet, count);
    }

    /// <summary>What stands between the braces; also what tells one series from another.</summary>
    public static string LabelSet(string[] names, string[] values) =>
        string.Join(',', names.Zip(values, (name, value) => $"{name}=\"{Escape(value)}\""));

    private static string Escape(string value) => value.Replace("\\", "\\\\").Replace("\"", "\\\"").Replace("\n", "\\n");

    private static string Number(double value) => value switch
    {
        double.PositiveInfinity => "+Inf",
        double.NegativeInfinity => "-Inf",
        _ => double.IsNaN(value) ? "NaN" : value.ToString("R", CultureInfo.InvariantCulture),
    };
}
