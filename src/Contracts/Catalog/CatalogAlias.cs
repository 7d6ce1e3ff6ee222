namespace StockPipeline.Contracts.Catalog;

/// <summary>A person's word that what a partner calls so is this product.</summary>
public sealed record CatalogAlias(string Partner, string Fingerprint, string Product)
{
    public string Key => $"{Partner}/{Fingerprint}";
}
