namespace StockPipeline.Rates.Rows;

/// <summary>One host asked in one way: what is shared out among replicas, and never opened twice.</summary>
public readonly record struct LinkName(string Module, string Host)
{
    public override string ToString() => $"{Module} {Host}";
}
