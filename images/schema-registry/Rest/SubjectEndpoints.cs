using StockPipeline.SchemaRegistryServer.Catalog;

namespace StockPipeline.SchemaRegistryServer.Rest;

/// <summary><c>/subjects</c>: subjects, their versions, registration and deletion.</summary>
internal sealed class SubjectEndpoints(SchemaCatalog catalog, SchemaRegistrar registrar)
{
    public void Map(WebApplication web)
    {
        web.MapGet("/subjects", ListAsync);
        web.MapPost("/subjects/{subject}", LookUpAsync);
        web.MapDelete("/subjects/{subject}", DeleteSubjectAsync);
        web.MapGet("/subjects/{subject}/versions", ListVersionsAsync);
        web.MapPost("/subjects/{subject}/versions", RegisterAsync);
        web.MapGet("/subjects/{subject}/versions/{version}", GetVersionAsync);
        web.MapDelete("/subjects/{subject}/versions/{version}", DeleteVersionAsync);
        web.MapGet("/subjects/{subject}/versions/{version}/schema", GetTextAsync);
        web.MapGet("/subjects/{subject}/versions/{version}/referencedby", ListReferencesAsync);
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

    private Task ListAsync(HttpContext context)
    {
        var exchange = new Exchange(context);
        var prefix = exchange.Query("subjectPrefix") ?? "";
        var withDeleted = exchange.Flag("deleted");
        var subjects = catalog.Versions().Where(version => withDeleted || !version.Deleted).Select(version => version.Subject).Distinct();
        return exchange.AnswerAsync(
            [.. subjects.Where(subject => subject.StartsWith(prefix, StringComparison.Ordinal))], RestMessages.Wire.StringArray);
    }

    private Task ListVersionsAsync(HttpContext context)
    {
        var exchange = new Exchange(context);
        var versions = Visible(exchange);
        if (versions.Count == 0)
            throw RegistryError.SubjectNotFound(exchange.Subject);
        return exchange.AnswerAsync([.. versions.Select(version => version.Version)], RestMessages.Wire.Int32Array);
    }

    private Task GetVersionAsync(HttpContext context)
    {
        var exchange = new Exchange(context);
        return exchange.AnswerAsync(Pick(exchange));
    }

    private Task GetTextAsync(HttpContext context)
    {
        var exchange = new Exchange(context);
        return exchange.AnswerTextAsync(Pick(exchange).Text);
    }

    /// <summary>Schemas stand alone here: nothing refers to them.</summary>
    private Task ListReferencesAsync(HttpContext context)
    {
        var exchange = new Exchange(context);
        Pick(exchange);
        return exchange.AnswerAsync([], RestMessages.Wire.Int32Array);
    }

    private async Task RegisterAsync(HttpContext context)
    {
        var exchange = new Exchange(context);
        var id = await registrar.RegisterAsync(exchange.Subject, await exchange.ReadSchemaAsync(), exchange.Stop);
        await exchange.AnswerAsync(new SchemaAnswer { Id = id }, RestMessages.Wire.SchemaAnswer);
    }

    private async Task LookUpAsync(HttpContext context)
    {
        var exchange = new Exchange(context);
        var schema = await exchange.ReadSchemaAsync();
        if (Visible(exchange).Count == 0)
            throw RegistryError.SubjectNotFound(exchange.Subject);
        var found = registrar.Find(exchange.Subject, schema, exchange.Flag("deleted")) ?? throw RegistryError.SchemaNotFound();
        await exchange.AnswerAsync(found);
    }

    private async Task DeleteSubjectAsync(HttpContext context)
    {
        var exchange = new Exchange(context);
        var (subject, permanent) = (exchange.Subject, exchange.Flag("permanent"));
        var deleted = await registrar.DeleteAsync(subject, versions =>
        {
            if (versions.Count == 0)
                throw RegistryError.SubjectNotFound(subject);
            var live = versions.Where(version => !version.Deleted).ToArray();
            if (permanent)
                return live.Length == 0 ? versions : throw RegistryError.SubjectNotSoftDeleted(subject);
            return live.Length > 0 ? live : throw RegistryError.SubjectSoftDeleted(subject);
        }, permanent, exchange.Stop);
        // A subject that is gone keeps no settings: one of the same name later begins like any other.
        if (permanent && catalog.Level(subject) is not null)
            await registrar.SetLevelAsync(subject, null, exchange.Stop);
        if (permanent && catalog.Mode(subject) is not null)
            await registrar.SetModeAsync(subject, null, exchange.Stop);
        await exchange.AnswerAsync([.. deleted], RestMessages.Wire.Int32Array);
    }

    private async Task DeleteVersionAsync(HttpContext context)
    {
        var exchange = new Exchange(context);
        var (subject, number, permanent) = (exchange.Subject, exchange.Version, exchange.Flag("permanent"));
        var deleted = await registrar.DeleteAsync(subject, versions =>
        {
            var version = Pick(subject, number is null && !permanent ? [.. versions.Where(one => !one.Deleted)] : versions, number);
            if (version.Deleted == permanent)
                return [version];
            throw permanent
                ? RegistryError.VersionNotSoftDeleted(subject, version.Version)
                : RegistryError.VersionSoftDeleted(subject, version.Version);
        }, permanent, exchange.Stop);
        await exchange.AnswerAsync(deleted[0], RestMessages.Wire.Int32);
    }

    private IReadOnlyList<SchemaVersion> Visible(Exchange exchange)
    {
        var versions = catalog.Versions(exchange.Subject);
        return exchange.Flag("deleted") ? versions : [.. versions.Where(version => !version.Deleted)];
    }

    private SchemaVersion Pick(Exchange exchange) => Pick(exchange.Subject, Visible(exchange), exchange.Version);
}
