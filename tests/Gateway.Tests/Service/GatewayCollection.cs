namespace StockPipeline.GatewayTests.Service;

/// <summary>Tests that look at the same gateways.</summary>
[CollectionDefinition(Name)]
public sealed class GatewayCollection : ICollectionFixture<GatewaySite>
{
    public const string Name = "gateway";
}
