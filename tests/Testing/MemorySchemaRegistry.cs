using StockPipeline.Avro.Schemas;
using StockPipeline.SchemaRegistry;
using StockPipeline.SchemaRegistry.Client;

namespace StockPipeline.Testing;

/// <summary>A schema registry without a server: what is registered gets the next id, the same schema the same one. Checks no compatibility.</summary>
public sealed class MemorySchemaRegistry : ISchemaRegistry
{
    private readonly Lock gate = new();
    private readonly List<AvroSchema> schemas = [];
    private readonly HashSet<(string Subject, int Id)> registered = [];

    /// <summary>What every request fails with while it is set: an outage.</summary>
    public Exception? Outage { get; set; }

    /// <summary>How often a schema was asked for by id.</summary>
    public int Fetches { get; private set; }

    /// <summary>The subjects that have a schema.</summary>
    public IReadOnlyList<string> Subjects
    {
        get
        {
            lock (gate)
                return [.. registered.Select(one => one.Subject).Distinct().Order(StringComparer.Ordinal)];
        }
    }

    public Task<int> RegisterAsync(string subject, AvroSchema schema, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            if (Outage is not null)
                return Task.FromException<int>(Outage);
            var index = schemas.FindIndex(known => known.Json == schema.Json);
            if (index < 0)
            {
                index = schemas.Count;
                schemas.Add(schema);
            }
            registered.Add((subject, index + 1));
            return Task.FromResult(index + 1);
        }
    }

    public Task<AvroSchema> SchemaAsync(int id, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            Fetches++;
            if (Outage is not null)
                return Task.FromException<AvroSchema>(Outage);
            return id > 0 && id <= schemas.Count
                ? Task.FromResult(schemas[id - 1])
                : Task.FromException<AvroSchema>(new SchemaRegistryException(System.Net.HttpStatusCode.NotFound, 40403, $"Schema {id} not found"));
        }
    }
}
