using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using StockPipeline.Avro.Schemas;
using StockPipeline.SchemaRegistry.Client;
using StockPipeline.Testing;
using StockPipeline.Workers;

namespace StockPipeline.WorkersTests;

public sealed class RetryingSchemaRegistryTests
{
    private const string Subject = "candles-1-min-value";

    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);
    private static readonly AvroSchema Schema = AvroSchema.Parse("\"string\"");

    private readonly MemorySchemaRegistry server = new();
    private readonly ManualClock clock = new(Sample.Noon);
    private readonly RetryingSchemaRegistry registry;

    public RetryingSchemaRegistryTests() => registry = new RetryingSchemaRegistry(server, clock, NullLogger.Instance);

    [Fact]
    public async Task A_registry_that_is_away_is_waited_for_while_schemas_are_registered()
    {
        server.Outage = new SchemaRegistryUnavailableException();
        var registering = registry.RegisterAsync(Subject, Schema, CancellationToken.None);
        for (var pause = 0; pause < 20; pause++)
        {
            await Eventually.TrueAsync(() => clock.Waiting == 1);
            clock.Advance(LongestPause);
        }
        Assert.False(registering.IsCompleted);

        server.Outage = null;
        await Eventually.TrueAsync(() => clock.Waiting == 1);
        clock.Advance(LongestPause);

        Assert.Equal(1, await registering.WaitAsync(Eventually.Patience));
        Assert.Equal([Subject], server.Subjects);
    }

    [Fact]
    public async Task Stopping_ends_the_waiting()
    {
        server.Outage = new SchemaRegistryUnavailableException();
        using var stop = new CancellationTokenSource();
        var registering = registry.RegisterAsync(Subject, Schema, stop.Token);
        await Eventually.TrueAsync(() => clock.Waiting == 1);

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => registering);
        Assert.Empty(server.Subjects);
    }

    [Fact]
    public async Task A_schema_that_is_refused_fails_at_once()
    {
        server.Outage = new SchemaRegistryException(HttpStatusCode.Conflict, 409, "incompatible");

        await Assert.ThrowsAsync<SchemaRegistryException>(() => registry.RegisterAsync(Subject, Schema, CancellationToken.None));

        Assert.Equal(0, clock.Waiting);
    }

    [Fact]
    public async Task What_is_asked_while_reading_fails_at_once_for_the_reader_waits_by_itself()
    {
        var id = await registry.RegisterAsync(Subject, Schema, CancellationToken.None);
        Assert.Same(Schema, await registry.SchemaAsync(id, CancellationToken.None));

        server.Outage = new SchemaRegistryUnavailableException();

        await Assert.ThrowsAsync<SchemaRegistryUnavailableException>(() => registry.SchemaAsync(id, CancellationToken.None));
        Assert.Equal(0, clock.Waiting);
    }
}
