using StockPipeline.Indicators.Series;

namespace StockPipeline.Indicators.Catalogue;

/// <summary>One formula of the catalogue, whatever its parameters.</summary>
public abstract class IndicatorKind
{
    private protected IndicatorKind(IndicatorDescription description) => Description = description;

    public IndicatorDescription Description { get; }

    /// <summary>The indicator with the parameters given; those that are not named are as usual.</summary>
    /// <exception cref="FormatException">They are not allowed.</exception>
    public Indicator With(params ReadOnlySpan<double> parameters)
    {
        var rules = Description.Parameters;
        if (parameters.Length > rules.Count)
            throw new FormatException(rules.Count == 0
                ? $"{Description.Name} has no parameters"
                : $"{Description.Name} has at most {rules.Count} parameters: {Names}");
        var values = rules.Select(rule => rule.Usual).ToArray();
        parameters.CopyTo(values);
        for (var i = 0; i < values.Length; i++)
        {
            if (!rules[i].Allows(values[i]))
                throw new FormatException($"{Description.Name}: {rules[i].Expected}");
        }
        if (Description.Refuse(values) is { } expected)
            throw new FormatException($"{Description.Name}: {expected}");
        return new Indicator(this, values);
    }

    internal string Names => string.Join(", ", Description.Parameters.Select(rule => rule.Name));

    internal abstract Reach ReachOf(ReadOnlySpan<double> parameters);

    internal abstract IndicatorSeries Series(ReadOnlySpan<double> parameters);

    /// <summary>Hands the formula over as the type it is.</summary>
    internal abstract void Lend(ReadOnlySpan<double> parameters, IFormulaUser user);

    internal static IndicatorKind Of<TIndicator, TState>()
        where TIndicator : struct, IIndicator<TIndicator, TState>
        where TState : struct, IEquatable<TState> => new Formula<TIndicator, TState>();

    private sealed class Formula<TIndicator, TState>() : IndicatorKind(TIndicator.Description)
        where TIndicator : struct, IIndicator<TIndicator, TState>
        where TState : struct, IEquatable<TState>
    {
        internal override Reach ReachOf(ReadOnlySpan<double> parameters) => TIndicator.Create(parameters).Reach;

        internal override IndicatorSeries Series(ReadOnlySpan<double> parameters) =>
            new FormulaSeries<TIndicator, TState>(TIndicator.Create(parameters));

        internal override void Lend(ReadOnlySpan<double> parameters, IFormulaUser user) =>
            user.Use<TIndicator, TState>(TIndicator.Create(parameters));
    }
}
