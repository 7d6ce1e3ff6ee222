namespace StockPipeline.GatewayTests.Service;

/// <summary>Tests that look at the same gateways over their interfaces.</summary>
[CollectionDefinition(Name)]
public sealed class GatewayCollection : ICollectionFixture<GatewaySite>
{
    public const string Name = "gateway";
}

/// <summary>Tests that look at the page, of gateways and a broker of their own: beside the others, with which they share the browser.</summary>
[CollectionDefinition(Name)]
public sealed class PageCollection : ICollectionFixture<GatewaySite>
{
    public const string Name = "page";
}
