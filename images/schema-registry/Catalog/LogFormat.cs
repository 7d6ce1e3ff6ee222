using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using StockPipeline.Avro.Compatibility;

namespace StockPipeline.SchemaRegistryServer.Catalog;

/// <summary>
/// The entries of the log, as Confluent's registry writes them. Compaction compares the bytes of keys: their attributes have one order.
/// </summary>
internal static class LogFormat
{
    public const string Schema = "SCHEMA";

    public const string Config = "CONFIG";

    public const string Mode = "MODE";

    public const string Noop = "NOOP";

    /// <summary>An entry that changes nothing; its value keeps the highest id ever given, which compaction could make forgotten.</summary>
    public static readonly string NoopKey = Key(Noop, magic: 0);

    public static string SchemaKey(string subject, int version) => Text(json =>
    {
        json.WriteString("keytype", Schema);
        json.WriteString("subject", subject);
        json.WriteNumber("version", version);
        json.WriteNumber("magic", 1);
    });

    /// <param name="type">Of the key.</param>
    /// <param name="subject">Null for the setting of all subjects.</param>
    public static string SettingKey(string type, string? subject) => Text(json =>
    {
        json.WriteString("keytype", type);
        json.WriteString("subject", subject);
        json.WriteNumber("magic", 0);
    });

    public static byte[] SchemaValue(SchemaVersion version) => Bytes(json =>
    {
        json.WriteString("subject", version.Subject);
        json.WriteNumber("version", version.Version);
        json.WriteNumber("id", version.Id);
        if (version.SchemaType != SchemaVersion.Avro)
            json.WriteString("schemaType", version.SchemaType);
        json.WriteString("schema", version.Text);
        json.WriteBoolean("deleted", version.Deleted);
    });

    public static byte[] ConfigValue(CompatibilityLevel level) =>
        Bytes(json => json.WriteString("compatibilityLevel", CompatibilityLevels.Text(level)));

    public static byte[] ModeValue(RegistryMode mode) => Bytes(json => json.WriteString("mode", ModeText(mode)));

    public static byte[] NoopValue(int maxId) => Bytes(json => json.WriteNumber("maxId", maxId));

    public static string ModeText(RegistryMode mode) => mode == RegistryMode.ReadOnly ? "READONLY" : "READWRITE";

    public static RegistryMode? ParseMode(string? text) => text?.ToUpperInvariant() switch
    {
        "READWRITE" => RegistryMode.ReadWrite,
        "READONLY" => RegistryMode.ReadOnly,
        _ => null,
    };

    private static string Key(string type, int magic) => Text(json =>
    {
        json.WriteString("keytype", type);
        json.WriteNumber("magic", magic);
    });

    private static string Text(Action<Utf8JsonWriter> write) => Encoding.UTF8.GetString(Bytes(write));

    private static byte[] Bytes(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }
        return buffer.WrittenSpan.ToArray();
    }
}
