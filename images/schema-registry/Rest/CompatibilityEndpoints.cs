using StockPipeline.SchemaRegistryServer.Catalog;

namespace StockPipeline.SchemaRegistryServer.Rest;

/// <summary><c>/compatibility</c>: would a schema fit?</summary>
internal sealed class CompatibilityEndpoints(SchemaCatalog catalog, SchemaRegistrar registrar)
{
    public void Map(Routes routes)
    {
        routes.Post("/compatibility/subjects/{subject}/versions", CheckAllAsync);
        routes.Post("/compatibility/subjects/{subject}/versions/{version}", CheckOneAsync);
    }

    /// <summary>Against what registration would compare it with.</summary>
    private async Task CheckAllAsync(RegistryRequest request)
    {
        var schema = await request.ReadSchemaAsync();
        await AnswerAsync(request, SchemaRegistrar.Compare(schema, Live(request), registrar.LevelOf(request.Subject)));
    }

    private async Task CheckOneAsync(RegistryRequest request)
    {
        var schema = await request.ReadSchemaAsync();
        var (versions, number) = (Live(request), request.Version);
        var chosen = number is { } wanted
            ? [versions.FirstOrDefault(version => version.Version == wanted) ?? throw RegistryError.VersionNotFound(wanted)]
            : versions.TakeLast(1).ToArray();
        await AnswerAsync(request, SchemaRegistrar.Compare(schema, chosen, registrar.LevelOf(request.Subject)));
    }

    private SchemaVersion[] Live(RegistryRequest request) => [.. catalog.Versions(request.Subject).Where(version => !version.Deleted)];

    private static Task AnswerAsync(RegistryRequest request, IReadOnlyList<string> reasons) => request.AnswerAsync(
        new CompatibilityAnswer { IsCompatible = reasons.Count == 0, Messages = request.Flag("verbose") ? reasons : null },
        RestMessages.Wire.CompatibilityAnswer);
}
