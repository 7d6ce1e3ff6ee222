using System.Text.Json.Serialization;

namespace StockPipeline.TaskWorkers.Kinds;

/// <summary>The results of all kinds as JSON: names as the wire has them, times as RFC 3339.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(AggregateResult))]
[JsonSerializable(typeof(CompletenessResult))]
[JsonSerializable(typeof(BackfillResult))]
[JsonSerializable(typeof(CompareResult))]
[JsonSerializable(typeof(RefreshResult))]
internal sealed partial class TaskResultJson : JsonSerializerContext;
