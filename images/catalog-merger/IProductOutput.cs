using StockPipeline.Contracts.Catalog;

namespace StockPipeline.CatalogMerger;

/// <summary>Where merged records and their changes go.</summary>
internal interface IProductOutput
{
    void Send(CatalogChange change);

    void Send(CatalogProduct product);
}
