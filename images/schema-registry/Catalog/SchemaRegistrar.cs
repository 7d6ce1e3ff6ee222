using StockPipeline.Avro.Compatibility;
using StockPipeline.Avro.Schemas;
using StockPipeline.SchemaRegistryServer.Rest;
using StockPipeline.SchemaRegistryServer.Storage;

namespace StockPipeline.SchemaRegistryServer.Catalog;

/// <summary>
/// Changes the catalogue: one change at a time, each decided by what the log has said so far and over when the log has said it. Safe for
/// use from many threads.
/// </summary>
internal sealed class SchemaRegistrar(SchemaCatalog catalog, ISchemaLog store, RegistryServerOptions options, ILogger<SchemaRegistrar> log)
    : IDisposable
{
    private const int MaxSubjectLength = 255;

    private readonly SemaphoreSlim turn = new(1, 1);

    /// <summary>An entry was not confirmed; it may still come, and until then nothing can be decided.</summary>
    private bool unsure;

    public CompatibilityLevel LevelOf(string subject) => catalog.Level(subject) ?? GlobalLevel;

    public CompatibilityLevel GlobalLevel => catalog.Level(null) ?? options.DefaultCompatibility;

    public RegistryMode GlobalMode => catalog.Mode(null) ?? RegistryMode.ReadWrite;

    /// <summary>The id of the schema under the subject, made its next version where it is none yet.</summary>
    public async Task<int> RegisterAsync(string subject, AvroSchema schema, CancellationToken stop)
    {
        CheckSubject(subject);
        if (Find(subject, schema, withDeleted: false) is { } known)
            return known.Id;
        return await InTurnAsync(async () =>
        {
            if (Find(subject, schema, withDeleted: false) is { } meanwhile)
                return meanwhile.Id;
            CheckMode(subject);
            if (catalog.Count >= options.MaxVersions)
                throw RegistryError.Full(options.MaxVersions);
            var versions = catalog.Versions(subject);
            var reasons = Compare(schema, [.. versions.Where(version => !version.Deleted)], LevelOf(subject));
            if (reasons.Count > 0)
                throw RegistryError.Incompatible(subject, reasons);
            var added = new SchemaVersion
            {
                Subject = subject,
                Version = versions.Count == 0 ? 1 : versions[^1].Version + 1,
                Id = catalog.FindId(schema.Json) ?? catalog.MaxId + 1,
                Text = schema.Json,
            };
            await AppendAsync(LogFormat.SchemaKey(subject, added.Version), LogFormat.SchemaValue(added), stop);
            Log.Registered(log, subject, added.Version, added.Id);
            return added.Id;
        }, stop);
    }

    /// <summary>The version of the subject that is this schema.</summary>
    public SchemaVersion? Find(string subject, AvroSchema schema, bool withDeleted) => catalog.Versions(subject)
        .LastOrDefault(version => version.SchemaType == SchemaVersion.Avro && version.Text == schema.Json && (withDeleted || !version.Deleted));

    /// <summary>What keeps the schema from being the next after these versions; nothing where it fits.</summary>
    public static IReadOnlyList<string> Compare(AvroSchema schema, IReadOnlyList<SchemaVersion> versions, CompatibilityLevel level)
    {
        List<string> reasons = [];
        foreach (var version in level.IsTransitive() ? versions : versions.TakeLast(1))
        {
            if (level == CompatibilityLevel.None)
                break;
            if (version.Schema is not { } other)
            {
                reasons.Add($"version {version.Version} is not a schema of Avro that stands alone");
                continue;
            }
            var name = $"version {version.Version}";
            if (level.ReadsOthers())
                reasons.AddRange(SchemaCompatibility.Check(schema, other).Select(reason => $"the new schema does not read {name}: {reason}"));
            if (level.IsReadByOthers())
                reasons.AddRange(SchemaCompatibility.Check(other, schema).Select(reason => $"{name} does not read the new schema: {reason}"));
        }
        return reasons;
    }

    /// <summary>Deletes versions of a subject; softly, or for good those that are softly deleted already.</summary>
    /// <param name="subject">Its name.</param>
    /// <param name="choose">Picks the versions, and refuses.</param>
    /// <param name="permanent">For good.</param>
    /// <param name="stop">Gives up waiting for a turn.</param>
    public Task<IReadOnlyList<int>> DeleteAsync(
        string subject, Func<IReadOnlyList<SchemaVersion>, IReadOnlyList<SchemaVersion>> choose, bool permanent, CancellationToken stop) =>
        InTurnAsync<IReadOnlyList<int>>(async () =>
        {
            var chosen = choose(catalog.Versions(subject));
            CheckMode(subject);
            // The highest id must stay known when its last entry is gone: an id is never given to a second schema.
            if (permanent)
                await AppendAsync(LogFormat.NoopKey, LogFormat.NoopValue(catalog.MaxId), stop);
            foreach (var version in chosen)
            {
                await AppendAsync(
                    LogFormat.SchemaKey(subject, version.Version), permanent ? null : LogFormat.SchemaValue(version with { Deleted = true }), stop);
            }
            return [.. chosen.Select(version => version.Version)];
        }, stop);

    /// <summary>Sets the level of a subject, or of all where none is named; null takes the setting away.</summary>
    public Task SetLevelAsync(string? subject, CompatibilityLevel? level, CancellationToken stop) =>
        SetAsync(LogFormat.Config, subject, level is { } set ? LogFormat.ConfigValue(set) : null, stop);

    /// <summary>Sets the mode of a subject, or of all where none is named; null takes the setting away.</summary>
    public Task SetModeAsync(string? subject, RegistryMode? mode, CancellationToken stop) =>
        SetAsync(LogFormat.Mode, subject, mode is { } set ? LogFormat.ModeValue(set) : null, stop);

    public void Dispose() => turn.Dispose();

    private Task<bool> SetAsync(string type, string? subject, byte[]? value, CancellationToken stop)
    {
        if (subject is not null)
            CheckSubject(subject);
        return InTurnAsync(async () =>
        {
            await AppendAsync(LogFormat.SettingKey(type, subject), value, stop);
            return true;
        }, stop);
    }

    private async Task<T> InTurnAsync<T>(Func<Task<T>> change, CancellationToken stop)
    {
        if (!await turn.WaitAsync(options.TurnTimeout, stop))
            throw RegistryError.Store($"no turn within {options.TurnTimeout.TotalSeconds} s");
        try
        {
            if (unsure)
            {
                // Entries of one writer keep their order: when this one is there, an earlier one has come or never will.
                await AppendAsync(LogFormat.NoopKey, LogFormat.NoopValue(catalog.MaxId), stop);
            }
            return await change();
        }
        finally
        {
            turn.Release();
        }
    }

    private async Task AppendAsync(string key, byte[]? value, CancellationToken stop)
    {
        unsure = true;
        try
        {
            await store.AppendAsync(key, value, stop);
        }
        catch (SchemaLogException error)
        {
            throw RegistryError.Store(error.Message);
        }
        unsure = false;
    }

    private void CheckMode(string subject)
    {
        if ((catalog.Mode(subject) ?? GlobalMode) == RegistryMode.ReadOnly)
            throw RegistryError.IsReadOnly(subject);
    }

    private static void CheckSubject(string subject)
    {
        if (subject.Length is 0 or > MaxSubjectLength)
            throw RegistryError.InvalidSubject($"1 to {MaxSubjectLength} characters are expected");
        if (subject.Any(char.IsControl))
            throw RegistryError.InvalidSubject("control characters are not allowed");
    }
}
