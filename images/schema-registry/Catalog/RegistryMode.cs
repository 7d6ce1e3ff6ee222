namespace StockPipeline.SchemaRegistryServer.Catalog;

/// <summary>Whether subjects can be changed.</summary>
internal enum RegistryMode
{
    ReadWrite,
    ReadOnly,
}
