namespace StockPipeline.SchemaRegistryServer.Storage;

/// <summary>Follows a log, entry by entry.</summary>
public interface ISchemaLogReader
{
    /// <summary>The log begins anew: what was read from it counts no longer.</summary>
    void Reset();

    /// <summary>The next entry; without a value the key is gone.</summary>
    void Apply(string key, byte[]? value);
}
