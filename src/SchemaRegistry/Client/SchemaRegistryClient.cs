using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using StockPipeline.Avro.Compatibility;
using StockPipeline.Avro.Schemas;
using StockPipeline.Contracts.Connections;

namespace StockPipeline.SchemaRegistry.Client;

/// <summary>
/// A client of Confluent's REST API. What never changes is remembered: the schema of an id, the id of a schema under a subject. Transient
/// failures are tried again within limits. Safe for use from many threads.
/// </summary>
public sealed class SchemaRegistryClient : ISchemaRegistry, IDisposable
{
    private const string Avro = "AVRO";

    private readonly SchemaRegistryClientOptions options;
    private readonly RegistryHttp http;
    private readonly ConcurrentDictionary<int, AvroSchema> byId = new();
    private readonly ConcurrentDictionary<(string Subject, string Schema), int> bySubject = new();

    /// <param name="connection">Where the registry is.</param>
    /// <param name="clock">For time-outs and pauses.</param>
    /// <param name="options">The default ones where none are given.</param>
    /// <param name="handler">The way to the registry; the ordinary one where none is given.</param>
    public SchemaRegistryClient(
        SchemaRegistryConnection connection, TimeProvider clock, SchemaRegistryClientOptions? options = null, HttpMessageHandler? handler = null)
    {
        this.options = options ?? SchemaRegistryClientOptions.Default;
        http = new RegistryHttp(connection, this.options, clock, handler);
    }

    public async Task<int> RegisterAsync(string subject, AvroSchema schema, CancellationToken stop)
    {
        if (bySubject.TryGetValue((subject, schema.Json), out var known))
            return known;
        var answer = await http.SendAsync(
            HttpMethod.Post, $"subjects/{Escape(subject)}/versions", Body(schema), RegistryMessages.Default.SchemaMessage, stop);
        var id = answer.Id ?? throw Missing("id", $"registering {subject}");
        Remember(bySubject, (subject, schema.Json), id);
        return id;
    }

    public async Task<AvroSchema> SchemaAsync(int id, CancellationToken stop)
    {
        if (byId.TryGetValue(id, out var known))
            return known;
        var answer = await http.SendAsync(
            HttpMethod.Get, $"schemas/ids/{id.ToString(CultureInfo.InvariantCulture)}", null, RegistryMessages.Default.SchemaMessage, stop);
        var schema = ParseSchema(answer, $"id {id}");
        Remember(byId, id, schema);
        return schema;
    }

    /// <summary>The version of the subject that is this schema; null where the subject or the schema under it is not known.</summary>
    public async Task<RegisteredSchema?> LookUpAsync(string subject, AvroSchema schema, CancellationToken stop)
    {
        try
        {
            var answer = await http.SendAsync(
                HttpMethod.Post, $"subjects/{Escape(subject)}", Body(schema), RegistryMessages.Default.SchemaMessage, stop);
            return Registered(answer, subject);
        }
        catch (SchemaRegistryException error) when (error.Code is 40401 or 40403)
        {
            return null;
        }
    }

    /// <summary>One version of the subject, the latest where no number is given.</summary>
    public async Task<RegisteredSchema> VersionAsync(string subject, int? version, CancellationToken stop)
    {
        var answer = await http.SendAsync(
            HttpMethod.Get, $"subjects/{Escape(subject)}/versions/{Text(version)}", null, RegistryMessages.Default.SchemaMessage, stop);
        return Registered(answer, subject);
    }

    public async Task<IReadOnlyList<string>> SubjectsAsync(CancellationToken stop) =>
        await http.SendAsync(HttpMethod.Get, "subjects", null, RegistryMessages.Default.StringArray, stop);

    public async Task<IReadOnlyList<int>> VersionsAsync(string subject, CancellationToken stop) =>
        await http.SendAsync(HttpMethod.Get, $"subjects/{Escape(subject)}/versions", null, RegistryMessages.Default.Int32Array, stop);

    /// <summary>What keeps the schema from being a next version, by the subject's level of compatibility; nothing where it fits.</summary>
    /// <param name="subject">Its name.</param>
    /// <param name="schema">The one to be checked.</param>
    /// <param name="version">What it is checked against; the latest where no number is given.</param>
    /// <param name="stop">Ends the tries too.</param>
    public async Task<IReadOnlyList<string>> CheckAsync(string subject, AvroSchema schema, int? version, CancellationToken stop)
    {
        var answer = await http.SendAsync(
            HttpMethod.Post, $"compatibility/subjects/{Escape(subject)}/versions/{Text(version)}?verbose=true", Body(schema),
            RegistryMessages.Default.CompatibleMessage, stop);
        if (answer.IsCompatible)
            return [];
        return answer.Messages is { Count: > 0 } messages ? messages : ["the registry does not say why"];
    }

    /// <summary>The level of compatibility of a subject, or the one for all; null for a subject that follows the one for all.</summary>
    public async Task<CompatibilityLevel?> CompatibilityAsync(string? subject, CancellationToken stop)
    {
        try
        {
            var answer = await http.SendAsync(HttpMethod.Get, ConfigPath(subject), null, RegistryMessages.Default.ConfigMessage, stop);
            return CompatibilityLevels.TryParse(answer.CompatibilityLevel, out var level)
                ? level
                : throw Missing("compatibilityLevel", "asking for the configuration");
        }
        catch (SchemaRegistryException error) when (subject is not null && error.Code is 40401 or 40408)
        {
            return null;
        }
    }

    public async Task SetCompatibilityAsync(string? subject, CompatibilityLevel level, CancellationToken stop)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(
            new ConfigChangeMessage { Compatibility = CompatibilityLevels.Text(level) }, RegistryMessages.Default.ConfigChangeMessage);
        await http.SendAsync(HttpMethod.Put, ConfigPath(subject), body, RegistryMessages.Default.ConfigChangeMessage, stop);
    }

    public void Dispose() => http.Dispose();

    private static string Escape(string subject) => Uri.EscapeDataString(subject);

    private static string Text(int? version) => version?.ToString(CultureInfo.InvariantCulture) ?? "latest";

    private static string ConfigPath(string? subject) => subject is null ? "config" : $"config/{Escape(subject)}";

    private static byte[] Body(AvroSchema schema) =>
        JsonSerializer.SerializeToUtf8Bytes(new SchemaMessage { Schema = schema.Json }, RegistryMessages.Default.SchemaMessage);

    private static AvroSchema ParseSchema(SchemaMessage answer, string what)
    {
        if (answer.SchemaType is { } type && type != Avro)
            throw new InvalidSchemaException($"the schema of {what} is of the type {type}");
        return AvroSchema.Parse(answer.Schema ?? throw Missing("schema", $"asking for {what}"));
    }

    private static RegisteredSchema Registered(SchemaMessage answer, string subject) => new(
        answer.Subject ?? subject,
        answer.Version ?? throw Missing("version", $"asking for {subject}"),
        answer.Id ?? throw Missing("id", $"asking for {subject}"),
        ParseSchema(answer, subject));

    private static SchemaRegistryException Missing(string what, string asked) =>
        new($"The answer of the schema registry to {asked} holds no {what}.");

    private void Remember<TKey, TValue>(ConcurrentDictionary<TKey, TValue> memory, TKey key, TValue value) where TKey : notnull
    {
        if (memory.Count >= options.MaxRemembered)
            memory.Clear();
        memory[key] = value;
    }
}
