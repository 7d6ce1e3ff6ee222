namespace StockPipeline.Indicators.Catalogue;

/// <summary>Does something with a formula that the compiler is to make code of its own for.</summary>
internal interface IFormulaUser
{
    void Use<TIndicator, TState>(TIndicator formula)
        where TIndicator : struct, IIndicator<TIndicator, TState>
        where TState : struct, IEquatable<TState>;
}
