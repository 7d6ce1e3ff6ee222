namespace StockPipeline.InteropTests.Support;

/// <summary>
/// A test with the clients for Node.js; where they are missing and cannot be installed it is skipped, and the runner says why and counts that.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class NodeFactAttribute : FactAttribute
{
    public NodeFactAttribute() => Skip = ForeignClients.NodeIsMissing;
}
