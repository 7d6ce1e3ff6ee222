using System.Text.Json;
using System.Text.Json.Serialization;

namespace StockPipeline.Tasks.Kinds;

[JsonSerializable(typeof(Dictionary<string, JsonElement>))]
[JsonSerializable(typeof(string))]
[JsonSerializable(typeof(long))]
internal sealed partial class TaskJson : JsonSerializerContext;
