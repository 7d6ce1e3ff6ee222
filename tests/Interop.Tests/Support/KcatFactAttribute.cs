namespace StockPipeline.InteropTests.Support;

/// <summary>A test with kcat; where it is missing and cannot be installed it is skipped, and the runner says why and counts that.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class KcatFactAttribute : FactAttribute
{
    public KcatFactAttribute() => Skip = ForeignClients.KcatIsMissing;
}
