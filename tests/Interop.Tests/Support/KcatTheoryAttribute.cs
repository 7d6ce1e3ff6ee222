namespace StockPipeline.InteropTests.Support;

/// <summary>What <see cref="KcatFactAttribute"/> is to a fact, for a theory.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class KcatTheoryAttribute : TheoryAttribute
{
    public KcatTheoryAttribute() => Skip = ForeignClients.KcatIsMissing;
}
