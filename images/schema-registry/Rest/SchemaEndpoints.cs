using StockPipeline.SchemaRegistryServer.Catalog;

namespace StockPipeline.SchemaRegistryServer.Rest;

/// <summary><c>/schemas</c>: schemas by their id.</summary>
internal sealed class SchemaEndpoints(SchemaCatalog catalog)
{
    public void Map(Routes routes)
    {
        routes.Get("/schemas", ListAsync);
        routes.Get("/schemas/types", request => request.AnswerAsync([SchemaVersion.Avro], RestMessages.Wire.StringArray));
        routes.Get("/schemas/ids/{id}", GetAsync);
        routes.Get("/schemas/ids/{id}/schema", GetTextAsync);
        routes.Get("/schemas/ids/{id}/subjects", ListSubjectsAsync);
        routes.Get("/schemas/ids/{id}/versions", ListVersionsAsync);
    }

    private Task ListAsync(RegistryRequest request)
    {
        var (prefix, withDeleted, latestOnly) = (request.Query("subjectPrefix") ?? "", request.Flag("deleted"), request.Flag("latestOnly"));
        var versions = catalog.Versions()
            .Where(version => (withDeleted || !version.Deleted) && version.Subject.StartsWith(prefix, StringComparison.Ordinal));
        if (latestOnly)
            versions = versions.GroupBy(version => version.Subject).Select(group => group.Last());
        return request.AnswerAsync([.. versions.Select(RegistryRequest.Describe)], RestMessages.Wire.SchemaAnswerArray);
    }

    private Task GetAsync(RegistryRequest request)
    {
        var version = Find(request)[0];
        return request.AnswerAsync(
            new SchemaAnswer { SchemaType = RegistryRequest.TypeOf(version), Schema = version.Text }, RestMessages.Wire.SchemaAnswer);
    }

    private Task GetTextAsync(RegistryRequest request)
    {
        return request.AnswerTextAsync(Find(request)[0].Text);
    }

    private Task ListSubjectsAsync(RegistryRequest request)
    {
        return request.AnswerAsync(
            [.. Visible(request).Select(version => version.Subject).Distinct().Order(StringComparer.Ordinal)], RestMessages.Wire.StringArray);
    }

    private Task ListVersionsAsync(RegistryRequest request)
    {
        return request.AnswerAsync(
            [.. Visible(request).Select(version => new SchemaAnswer { Subject = version.Subject, Version = version.Version })],
            RestMessages.Wire.SchemaAnswerArray);
    }

    private IEnumerable<SchemaVersion> Visible(RegistryRequest request) =>
        Find(request).Where(version => request.Flag("deleted") || !version.Deleted);

    /// <summary>The softly deleted are found too: records of them may still be read.</summary>
    private IReadOnlyList<SchemaVersion> Find(RegistryRequest request)
    {
        var versions = catalog.OfId(request.Id);
        return versions.Count > 0 ? versions : throw RegistryError.SchemaNotFound(request.Id);
    }
}
