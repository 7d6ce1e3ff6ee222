using StockPipeline.SchemaRegistryServer.Catalog;

namespace StockPipeline.SchemaRegistryServer.Rest;

/// <summary><c>/subjects</c>: subjects, their versions, registration and deletion.</summary>
internal sealed class SubjectEndpoints(SchemaCatalog catalog, SchemaRegistrar registrar)
{
    public void Map(Routes routes)
    {
        routes.Get("/subjects", ListAsync);
        routes.Post("/subjects/{subject}", LookUpAsync);
        routes.Delete("/subjects/{subject}", DeleteSubjectAsync);
        routes.Get("/subjects/{subject}/versions", ListVersionsAsync);
        routes.Post("/subjects/{subject}/versions", RegisterAsync);
        routes.Get("/subjects/{subject}/versions/{version}", GetVersionAsync);
        routes.Delete("/subjects/{subject}/versions/{version}", DeleteVersionAsync);
        routes.Get("/subjects/{subject}/versions/{version}/schema", GetTextAsync);
        routes.Get("/subjects/{subject}/versions/{version}/referencedby", ListReferencesAsync);
    }

    /// <summary>The version asked for; the latest where no number is given.</summary>
    public static SchemaVersion Pick(string subject, IReadOnlyList<SchemaVersion> versions, int? number)
    {
        if (versions.Count == 0)
            throw RegistryError.SubjectNotFound(subject);
        return number is { } wanted
            ? versions.FirstOrDefault(version => version.Version == wanted) ?? throw RegistryError.VersionNotFound(wanted)
            : versions[^1];
    }

    private Task ListAsync(RegistryRequest request)
    {
        var prefix = request.Query("subjectPrefix") ?? "";
        var withDeleted = request.Flag("deleted");
        var subjects = catalog.Versions().Where(version => withDeleted || !version.Deleted).Select(version => version.Subject).Distinct();
        return request.AnswerAsync(
            [.. subjects.Where(subject => subject.StartsWith(prefix, StringComparison.Ordinal))], RestMessages.Wire.StringArray);
    }

    private Task ListVersionsAsync(RegistryRequest request)
    {
        var versions = Visible(request);
        if (versions.Count == 0)
            throw RegistryError.SubjectNotFound(request.Subject);
        return request.AnswerAsync([.. versions.Select(version => version.Version)], RestMessages.Wire.Int32Array);
    }

    private Task GetVersionAsync(RegistryRequest request)
    {
        return request.AnswerAsync(Pick(request));
    }

    private Task GetTextAsync(RegistryRequest request)
    {
        return request.AnswerTextAsync(Pick(request).Text);
    }

    /// <summary>Schemas stand alone here: nothing refers to them.</summary>
    private Task ListReferencesAsync(RegistryRequest request)
    {
        Pick(request);
        return request.AnswerAsync([], RestMessages.Wire.Int32Array);
    }

    private async Task RegisterAsync(RegistryRequest request)
    {
        var id = await registrar.RegisterAsync(request.Subject, await request.ReadSchemaAsync(), request.Stop);
        await request.AnswerAsync(new SchemaAnswer { Id = id }, RestMessages.Wire.SchemaAnswer);
    }

    private async Task LookUpAsync(RegistryRequest request)
    {
        var schema = await request.ReadSchemaAsync();
        if (Visible(request).Count == 0)
            throw RegistryError.SubjectNotFound(request.Subject);
        var found = registrar.Find(request.Subject, schema, request.Flag("deleted")) ?? throw RegistryError.SchemaNotFound();
        await request.AnswerAsync(found);
    }

    private async Task DeleteSubjectAsync(RegistryRequest request)
    {
        var (subject, permanent) = (request.Subject, request.Flag("permanent"));
        var deleted = await registrar.DeleteAsync(subject, versions =>
        {
            if (versions.Count == 0)
                throw RegistryError.SubjectNotFound(subject);
            var live = versions.Where(version => !version.Deleted).ToArray();
            if (permanent)
                return live.Length == 0 ? versions : throw RegistryError.SubjectNotSoftDeleted(subject);
            return live.Length > 0 ? live : throw RegistryError.SubjectSoftDeleted(subject);
        }, permanent, request.Stop);
        // A subject that is gone keeps no settings: one of the same name later begins like any other.
        if (permanent && catalog.Level(subject) is not null)
            await registrar.SetLevelAsync(subject, null, request.Stop);
        if (permanent && catalog.Mode(subject) is not null)
            await registrar.SetModeAsync(subject, null, request.Stop);
        await request.AnswerAsync([.. deleted], RestMessages.Wire.Int32Array);
    }

    private async Task DeleteVersionAsync(RegistryRequest request)
    {
        var (subject, number, permanent) = (request.Subject, request.Version, request.Flag("permanent"));
        var deleted = await registrar.DeleteAsync(subject, versions =>
        {
            var version = Pick(subject, number is null && !permanent ? [.. versions.Where(one => !one.Deleted)] : versions, number);
            if (version.Deleted == permanent)
                return [version];
            throw permanent
                ? RegistryError.VersionNotSoftDeleted(subject, version.Version)
                : RegistryError.VersionSoftDeleted(subject, version.Version);
        }, permanent, request.Stop);
        await request.AnswerAsync(deleted[0], RestMessages.Wire.Int32);
    }

    private IReadOnlyList<SchemaVersion> Visible(RegistryRequest request)
    {
        var versions = catalog.Versions(request.Subject);
        return request.Flag("deleted") ? versions : [.. versions.Where(version => !version.Deleted)];
    }

    private SchemaVersion Pick(RegistryRequest request) => Pick(request.Subject, Visible(request), request.Version);
}
