namespace StockPipeline.CatalogPipelineTests;

/// <summary>One site for all tests of this project; each leaves it as it found it, or changes products that no other looks at.</summary>
[CollectionDefinition(Name)]
public sealed class CatalogCollection : ICollectionFixture<CatalogSite>
{
    public const string Name = "catalog";
}
