namespace StockPipeline.Contracts.Records;

/// <summary>One number of an indicator's value.</summary>
/// <param name="Name">As the catalogue of indicators names it.</param>
/// <param name="Value">Finite.</param>
public readonly record struct IndicatorLine(string Name, double Value);
