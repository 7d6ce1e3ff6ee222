using StockPipeline.Indicators.Series;

namespace StockPipeline.Indicators.Catalogue;

/// <summary>An indicator with its parameters, as somebody has chosen it.</summary>
public sealed class Indicator : IEquatable<Indicator>
{
    private readonly IndicatorKind kind;
    private readonly double[] values;

    internal Indicator(IndicatorKind kind, double[] values)
    {
        this.kind = kind;
        this.values = values;
        Parameters = string.Join(',', values.Select(ParameterRule.Text));
        var isUsual = values.SequenceEqual(Description.Parameters.Select(rule => rule.Usual));
        Slug = isUsual ? Description.Name : $"{Description.Name}-{Parameters.Replace(',', '-')}";
        Reach = kind.ReachOf(values);
    }

    public IndicatorDescription Description => kind.Description;

    /// <summary>As records hold them: <c>20,2</c>; empty where there are none.</summary>
    public string Parameters { get; }

    /// <summary>In names of topics: <c>rsi</c>, or <c>rsi-21</c> where the parameters are not the usual ones.</summary>
    public string Slug { get; }

    public Reach Reach { get; }

    /// <summary>A series of it over one instrument's candles.</summary>
    public IndicatorSeries Series() => kind.Series(values);

    internal void Lend(IFormulaUser user) => kind.Lend(values, user);

    public bool Equals(Indicator? other) => other is not null && other.Slug == Slug;

    public override bool Equals(object? obj) => Equals(obj as Indicator);

    public override int GetHashCode() => Slug.GetHashCode(StringComparison.Ordinal);

    /// <summary>As people write it: <c>rsi(14)</c>.</summary>
    public override string ToString() => values.Length == 0 ? Description.Name : $"{Description.Name}({Parameters})";
}
