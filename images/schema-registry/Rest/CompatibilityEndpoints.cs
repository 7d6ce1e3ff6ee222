using StockPipeline.SchemaRegistryServer.Catalog;

namespace StockPipeline.SchemaRegistryServer.Rest;

/// <summary><c>/compatibility</c>: would a schema fit?</summary>
internal sealed class CompatibilityEndpoints(SchemaCatalog catalog, SchemaRegistrar registrar)
{
    public void Map(WebApplication web)
    {
        web.MapPost("/compatibility/subjects/{subject}/versions", context => CheckAllAsync(new Exchange(context)));
        web.MapPost("/compatibility/subjects/{subject}/versions/{version}", context => CheckOneAsync(new Exchange(context)));
    }

    /// <summary>Against what registration would compare it with.</summary>
    private async Task CheckAllAsync(Exchange exchange)
    {
        var schema = await exchange.ReadSchemaAsync();
        await AnswerAsync(exchange, SchemaRegistrar.Compare(schema, Live(exchange), registrar.LevelOf(exchange.Subject)));
    }

    private async Task CheckOneAsync(Exchange exchange)
    {
        var schema = await exchange.ReadSchemaAsync();
        var (versions, number) = (Live(exchange), exchange.Version);
        var chosen = number is { } wanted
            ? [versions.FirstOrDefault(version => version.Version == wanted) ?? throw RegistryError.VersionNotFound(wanted)]
            : versions.TakeLast(1).ToArray();
        await AnswerAsync(exchange, SchemaRegistrar.Compare(schema, chosen, registrar.LevelOf(exchange.Subject)));
    }

    private SchemaVersion[] Live(Exchange exchange) => [.. catalog.Versions(exchange.Subject).Where(version => !version.Deleted)];

    private static Task AnswerAsync(Exchange exchange, IReadOnlyList<string> reasons) => exchange.AnswerAsync(
        new CompatibilityAnswer { IsCompatible = reasons.Count == 0, Messages = exchange.Flag("verbose") ? reasons : null },
        RestMessages.Wire.CompatibilityAnswer);
}
