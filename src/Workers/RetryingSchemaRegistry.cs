using StockPipeline.Avro.Schemas;
using StockPipeline.Contracts.Connections;
using StockPipeline.SchemaRegistry;
using StockPipeline.SchemaRegistry.Client;

namespace StockPipeline.Workers;

/// <summary>
/// A registry whose absence is waited out when a worker registers its schemas: one that starts while the registry is away is not to end. What is
/// asked while reading fails at once, for there the reader waits by itself.
/// </summary>
internal sealed class RetryingSchemaRegistry(ISchemaRegistry registry, TimeProvider clock, ILogger log) : ISchemaRegistry
{
    public async Task<int> RegisterAsync(string subject, AvroSchema schema, CancellationToken cancellationToken)
    {
        var backoff = new Backoff(BackoffLimits.Patient, clock);
        while (true)
        {
            try
            {
                return await registry.RegisterAsync(subject, schema, cancellationToken);
            }
            catch (SchemaRegistryUnavailableException away)
            {
                Log.RegistryUnreachable(log, away.Message);
                await backoff.PauseAsync(cancellationToken);
            }
        }
    }

    public Task<AvroSchema> SchemaAsync(int id, CancellationToken cancellationToken) => registry.SchemaAsync(id, cancellationToken);
}
