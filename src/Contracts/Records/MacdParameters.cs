namespace StockPipeline.Contracts.Records;

/// <summary>The three periods of MACD.</summary>
public readonly record struct MacdParameters(int Fast, int Slow, int Signal)
{
    public static readonly MacdParameters Default = new(12, 26, 9);
}
