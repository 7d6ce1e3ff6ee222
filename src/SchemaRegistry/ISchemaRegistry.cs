using StockPipeline.Avro.Schemas;
using StockPipeline.SchemaRegistry.Client;

namespace StockPipeline.SchemaRegistry;

/// <summary>What a codec needs of a schema registry. Safe for use from many threads.</summary>
public interface ISchemaRegistry
{
    /// <summary>The id of the schema under the subject, which is made a new version of it where it is not known yet.</summary>
    /// <exception cref="SchemaRegistryException">The registry refuses: the schema is not compatible, or access is denied.</exception>
    /// <exception cref="SchemaRegistryUnavailableException">The registry gave no answer.</exception>
    Task<int> RegisterAsync(string subject, AvroSchema schema, CancellationToken cancellationToken);

    /// <summary>The schema of an id.</summary>
    /// <exception cref="SchemaRegistryException">
    /// The registry refuses; <see cref="SchemaRegistryException.IsUnknownSchema"/> where there is no such id.
    /// </exception>
    /// <exception cref="SchemaRegistryUnavailableException">The registry gave no answer.</exception>
    /// <exception cref="InvalidSchemaException">What stands under the id is not an Avro schema.</exception>
    Task<AvroSchema> SchemaAsync(int id, CancellationToken cancellationToken);
}
