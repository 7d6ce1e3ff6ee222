using System.Text.Json;
using StockPipeline.Avro.Compatibility;
using StockPipeline.Avro.Schemas;
using StockPipeline.SchemaRegistryServer.Storage;

namespace StockPipeline.SchemaRegistryServer.Catalog;

/// <summary>All the registry knows, as the log says it. Changed by the log alone; safe to ask from many threads.</summary>
internal sealed class SchemaCatalog(ILogger<SchemaCatalog> log) : ISchemaLogReader
{
    private readonly Lock gate = new();
    private readonly SortedDictionary<string, SortedDictionary<int, SchemaVersion>> subjects = new(StringComparer.Ordinal);
    private readonly Dictionary<int, List<SchemaVersion>> byId = [];
    private readonly Dictionary<string, CompatibilityLevel> levels = new(StringComparer.Ordinal);
    private readonly Dictionary<string, RegistryMode> modes = new(StringComparer.Ordinal);
    private int count;
    private int maxId;

    /// <summary>Versions of all subjects, the softly deleted ones included.</summary>
    public int Count
    {
        get
        {
            lock (gate)
                return count;
        }
    }

    /// <summary>The highest id ever given.</summary>
    public int MaxId
    {
        get
        {
            lock (gate)
                return maxId;
        }
    }

    /// <summary>The versions of a subject, the softly deleted ones included.</summary>
    public IReadOnlyList<SchemaVersion> Versions(string subject)
    {
        lock (gate)
            return subjects.TryGetValue(subject, out var versions) ? [.. versions.Values] : [];
    }

    public IReadOnlyList<SchemaVersion> Versions()
    {
        lock (gate)
            return [.. subjects.Values.SelectMany(versions => versions.Values)];
    }

    /// <summary>The versions that have the id, the softly deleted ones included.</summary>
    public IReadOnlyList<SchemaVersion> OfId(int id)
    {
        lock (gate)
            return byId.TryGetValue(id, out var versions) ? [.. versions] : [];
    }

    /// <summary>The id that a schema has under whatever subject.</summary>
    public int? FindId(string text)
    {
        lock (gate)
        {
            foreach (var (id, versions) in byId)
            {
                if (versions.Exists(version => version.SchemaType == SchemaVersion.Avro && version.Text == text))
                    return id;
            }
            return null;
        }
    }

    /// <summary>The level set for the subject, or for all where none is named; null where none is set.</summary>
    public CompatibilityLevel? Level(string? subject)
    {
        lock (gate)
            return levels.TryGetValue(subject ?? "", out var level) ? level : null;
    }

    /// <inheritdoc cref="Level"/>
    public RegistryMode? Mode(string? subject)
    {
        lock (gate)
            return modes.TryGetValue(subject ?? "", out var mode) ? mode : null;
    }

    public void Reset()
    {
        lock (gate)
        {
            subjects.Clear();
            byId.Clear();
            levels.Clear();
            modes.Clear();
            (count, maxId) = (0, 0);
        }
    }

    public void Apply(string key, byte[]? value)
    {
        try
        {
            using var keyDocument = JsonDocument.Parse(key);
            using var valueDocument = value is null ? null : JsonDocument.Parse(value);
            lock (gate)
                Apply(keyDocument.RootElement, valueDocument?.RootElement);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            // One entry that nobody can read must not keep all others from being served.
            Log.EntryIgnored(log, key, error.Message);
        }
    }

    private void Apply(JsonElement key, JsonElement? value)
    {
        var subject = key.TryGetProperty("subject", out var name) ? name.GetString() ?? "" : "";
        switch (key.GetProperty("keytype").GetString())
        {
            case LogFormat.Schema:
                var number = key.GetProperty("version").GetInt32();
                Remove(subject, number);
                if (value is { } schema)
                    Add(Read(subject, number, schema));
                break;
            case LogFormat.Config when value is { } config:
                if (CompatibilityLevels.TryParse(config.GetProperty("compatibilityLevel").GetString(), out var level))
                    levels[subject] = level;
                break;
            case LogFormat.Config:
                levels.Remove(subject);
                break;
            case LogFormat.Mode when value is { } setting:
                if (LogFormat.ParseMode(setting.GetProperty("mode").GetString()) is { } mode)
                    modes[subject] = mode;
                break;
            case LogFormat.Mode:
                modes.Remove(subject);
                break;
            case LogFormat.Noop when value is { ValueKind: JsonValueKind.Object } note && note.TryGetProperty("maxId", out var id):
                maxId = Math.Max(maxId, id.GetInt32());
                break;
        }
    }

    private static SchemaVersion Read(string subject, int number, JsonElement value)
    {
        var type = value.TryGetProperty("schemaType", out var named) ? named.GetString() ?? SchemaVersion.Avro : SchemaVersion.Avro;
        var text = value.GetProperty("schema").GetString() ?? throw new FormatException("The entry has no schema.");
        return new SchemaVersion
        {
            Subject = subject,
            Version = number,
            Id = value.GetProperty("id").GetInt32(),
            SchemaType = type,
            Text = text,
            Schema = type == SchemaVersion.Avro ? ParseOrNull(text) : null,
            Deleted = value.TryGetProperty("deleted", out var deleted) && deleted.GetBoolean(),
        };
    }

    /// <summary>A schema with references to others, which another registry may have written, is served as it is and compared with nothing.</summary>
    private static AvroSchema? ParseOrNull(string text)
    {
        try
        {
            return AvroSchema.Parse(text);
        }
        catch (InvalidSchemaException)
        {
            return null;
        }
    }

    private void Add(SchemaVersion version)
    {
        if (!subjects.TryGetValue(version.Subject, out var versions))
            subjects.Add(version.Subject, versions = []);
        versions.Add(version.Version, version);
        if (!byId.TryGetValue(version.Id, out var same))
            byId.Add(version.Id, same = []);
        if (same.Count > 0 && same[0].Text != version.Text)
            Log.IdGivenTwice(log, version.Id, same[0].Subject, version.Subject);
        same.Add(version);
        count++;
        maxId = Math.Max(maxId, version.Id);
    }

    private void Remove(string subject, int number)
    {
        if (!subjects.TryGetValue(subject, out var versions) || !versions.Remove(number, out var version))
            return;
        if (versions.Count == 0)
            subjects.Remove(subject);
        byId[version.Id].Remove(version);
        if (byId[version.Id].Count == 0)
            byId.Remove(version.Id);
        count--;
    }
}
