using StockPipeline.Broker.Protocol;
using StockPipeline.Broker.Wire;

namespace StockPipeline.Broker.Apis;

/// <summary>The list of names and values in which CreateTopics and AlterConfigs carry configs.</summary>
internal static class ConfigEntries
{
    public static (string Name, string? Value)[] Read(ref WireReader reader) =>
        reader.ReadArray((ref entry) => (entry.ReadString(), entry.ReadNullableString()));

    public static Dictionary<string, string> ToDictionary((string Name, string? Value)[] entries)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in entries)
        {
            if (value is null)
                throw new RefusedException(ErrorCode.InvalidConfig, $"Null value not supported for topic configs: {name}");
            if (!values.TryAdd(name, value))
                throw new RefusedException(ErrorCode.InvalidRequest, $"The config {name} is given twice.");
        }
        return values;
    }
}
