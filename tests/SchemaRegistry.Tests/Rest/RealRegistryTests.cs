using StockPipeline.Avro.Records;
using StockPipeline.Avro.Schemas;
using StockPipeline.Contracts.Connections;
using StockPipeline.Contracts.Topics;
using StockPipeline.SchemaRegistry.Client;
using StockPipeline.SchemaRegistry.Codecs;
using Xunit.Abstractions;

namespace StockPipeline.SchemaRegistryTests.Rest;

/// <summary>The same cases against a registry that is not ours, which shows that they are right; and our client with it.</summary>
public sealed class RealRegistryTests(SharedRealRegistry registry, ITestOutputHelper output) : RestCases, IClassFixture<SharedRealRegistry>
{
    [Fact]
    public async Task Our_client_works_with_a_registry_under_a_path()
    {
        if (await RegistryAsync() is not { } url)
            return;
        using var client = new SchemaRegistryClient(new SchemaRegistryConnection { Url = new Uri(url.AbsoluteUri.TrimEnd('/')) });
        await new PipelineCodecs(client, PipelineTopics.Default, TimeProvider.System).RegisterAllAsync(default);

        var id = await client.RegisterAsync("gaps-value", AvroFormats.Gap.Schema, default);

        Assert.Equal(AvroFormats.Gap.Schema.BinaryForm, (await client.SchemaAsync(id, default)).BinaryForm);
        Assert.Equal(id, (int)(await GetAsync("subjects/gaps-value/versions/latest"))["id"]!);
        // What a subject holds others to is for its owner to say: this registry asks for nothing by itself.
        await SendAsync(HttpMethod.Put, "config/gaps-value", """{"compatibility":"FULL"}""");
        var error = await Assert.ThrowsAsync<SchemaRegistryException>(
            () => client.RegisterAsync("gaps-value", AvroSchema.Parse("\"string\""), default));
        Assert.True(error.IsIncompatible);
        Assert.True((await Assert.ThrowsAsync<SchemaRegistryException>(() => client.SchemaAsync(int.MaxValue, default))).IsUnknownSchema);
    }

    protected override Task<Uri?> RegistryAsync() => registry.StartAsync(output.WriteLine);
}
