using StockPipeline.SchemaRegistryServer.Catalog;

namespace StockPipeline.SchemaRegistryServer.Rest;

/// <summary><c>/schemas</c>: schemas by their id.</summary>
internal sealed class SchemaEndpoints(SchemaCatalog catalog)
{
    public void Map(WebApplication web)
    {
        web.MapGet("/schemas", ListAsync);
        web.MapGet("/schemas/types", context => new Exchange(context).AnswerAsync([SchemaVersion.Avro], RestMessages.Wire.StringArray));
        web.MapGet("/schemas/ids/{id}", GetAsync);
        web.MapGet("/schemas/ids/{id}/schema", GetTextAsync);
        web.MapGet("/schemas/ids/{id}/subjects", ListSubjectsAsync);
        web.MapGet("/schemas/ids/{id}/versions", ListVersionsAsync);
    }

    private Task ListAsync(HttpContext context)
    {
        var exchange = new Exchange(context);
        var (prefix, withDeleted, latestOnly) = (exchange.Query("subjectPrefix") ?? "", exchange.Flag("deleted"), exchange.Flag("latestOnly"));
        var versions = catalog.Versions()
            .Where(version => (withDeleted || !version.Deleted) && version.Subject.StartsWith(prefix, StringComparison.Ordinal));
        if (latestOnly)
            versions = versions.GroupBy(version => version.Subject).Select(group => group.Last());
        return exchange.AnswerAsync([.. versions.Select(Exchange.Describe)], RestMessages.Wire.SchemaAnswerArray);
    }

    private Task GetAsync(HttpContext context)
    {
        var exchange = new Exchange(context);
        var version = Find(exchange)[0];
        return exchange.AnswerAsync(
            new SchemaAnswer { SchemaType = Exchange.TypeOf(version), Schema = version.Text }, RestMessages.Wire.SchemaAnswer);
    }

    private Task GetTextAsync(HttpContext context)
    {
        var exchange = new Exchange(context);
        return exchange.AnswerTextAsync(Find(exchange)[0].Text);
    }

    private Task ListSubjectsAsync(HttpContext context)
    {
        var exchange = new Exchange(context);
        return exchange.AnswerAsync(
            [.. Visible(exchange).Select(version => version.Subject).Distinct().Order(StringComparer.Ordinal)], RestMessages.Wire.StringArray);
    }

    private Task ListVersionsAsync(HttpContext context)
    {
        var exchange = new Exchange(context);
        return exchange.AnswerAsync(
            [.. Visible(exchange).Select(version => new SchemaAnswer { Subject = version.Subject, Version = version.Version })],
            RestMessages.Wire.SchemaAnswerArray);
    }

    private IEnumerable<SchemaVersion> Visible(Exchange exchange) =>
        Find(exchange).Where(version => exchange.Flag("deleted") || !version.Deleted);

    /// <summary>The softly deleted are found too: records of them may still be read.</summary>
    private IReadOnlyList<SchemaVersion> Find(Exchange exchange)
    {
        var versions = catalog.OfId(exchange.Id);
        return versions.Count > 0 ? versions : throw RegistryError.SchemaNotFound(exchange.Id);
    }
}
