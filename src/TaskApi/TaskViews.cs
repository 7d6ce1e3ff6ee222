using System.Text.Json;
using System.Text.Json.Serialization;
using StockPipeline.Contracts.Tasks;
using StockPipeline.Indicators.Catalogue;
using StockPipeline.Tasks.Kinds;

namespace StockPipeline.TaskApi;

/// <summary>A request to start a task.</summary>
internal sealed record TaskRequest(string? Type, JsonElement? Params, double? Timeout, string? Tag);

/// <summary>A request to make or change a schedule.</summary>
internal sealed record ScheduleRequest(string? Type, JsonElement? Params, string? Cron, string? Zone, string? Missed, bool? Enabled);

/// <summary>A task as its owner sees it.</summary>
internal sealed record TaskView(
    string Id, string Type, string? Tag, string? Schedule, DateTimeOffset? Slot, string State, ProgressView? Progress, int Attempt,
    JsonElement Params, DateTimeOffset Created, DateTimeOffset? Started, DateTimeOffset? Ended, DateTimeOffset Deadline, DateTimeOffset? RetryAt,
    ErrorView? Error, JsonElement? Result, FileView? File, LinksView Links);

internal sealed record ProgressView(long Done, long? Total, string Text);

internal sealed record ErrorView(string Code, string Text);

internal sealed record FileView(string Name, string ContentType, long Bytes);

internal sealed record LinksView(string Self, string Result);

internal sealed record TaskPage(IReadOnlyList<TaskView> Tasks, string? Next);

internal sealed record KindView(string Type, string Description, double Timeout, IReadOnlyList<FieldView> Params);

internal sealed record FieldView(
    string Name, string Type, string Description, bool Required, IReadOnlyList<string>? Choices, string? Default, long? Min, long? Max,
    IReadOnlyList<IndicatorView>? Indicators)
{
    public static FieldView Of(TaskField field) => new(
        field.Name, JsonNamingPolicy.CamelCase.ConvertName(field.Type.ToString()), field.Description, field.Required,
        field.Choices.Count > 0 ? field.Choices : null, field.Default, field.Type == FieldType.WholeNumber ? field.Min : null,
        field.Type == FieldType.WholeNumber ? field.Max : null, field.Type == FieldType.Indicator ? IndicatorView.Among(field.Choices) : null);
}

/// <summary>An indicator that can be chosen, and its numbers.</summary>
internal sealed record IndicatorView(string Name, string Title, string About, IReadOnlyList<ParameterView> Parameters)
{
    /// <param name="names">None for all.</param>
    public static IReadOnlyList<IndicatorView> Among(IReadOnlyList<string> names) =>
    [
        .. IndicatorCatalogue.All.Select(kind => kind.Description).Where(one => names.Count == 0 || names.Contains(one.Name))
            .OrderBy(one => one.Title, StringComparer.Ordinal).Select(one => new IndicatorView(one.Name, one.Title, one.About,
                [.. one.Parameters.Select(rule => new ParameterView(rule.Name, rule.Usual, rule.Least, rule.Most, rule.IsWhole))])),
    ];
}

internal sealed record ParameterView(string Name, double Usual, double Least, double Most, bool IsWhole);

internal sealed record ScheduleView(
    string Name, string Type, JsonElement Params, string Cron, string Zone, string Missed, bool Enabled, string Owner, DateTimeOffset Since,
    DateTimeOffset? Next, ScheduleView.LastView? Last)
{
    internal sealed record LastView(
        string Id, DateTimeOffset Slot, string State, DateTimeOffset? Ended, ErrorView? Error, JsonElement? Result);

    public static string NameOf(MissedSlots missed) => JsonNamingPolicy.CamelCase.ConvertName(missed.ToString());
}

/// <summary>Why a request is refused, as RFC 9457 says it.</summary>
internal sealed record Problem(
    string Type, string Title, int Status, string Detail, string Code, string? TraceId, IReadOnlyList<ProblemPlace>? Errors);

/// <summary>One thing that is wrong in a request.</summary>
internal sealed record ProblemPlace(string Pointer, string Detail);

/// <summary>A frame for the sockets of a task's owner.</summary>
internal sealed record TaskFrame(string Type, TaskView Task);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(TaskRequest))]
[JsonSerializable(typeof(ScheduleRequest))]
[JsonSerializable(typeof(TaskView))]
[JsonSerializable(typeof(TaskPage))]
[JsonSerializable(typeof(IReadOnlyList<KindView>))]
[JsonSerializable(typeof(IReadOnlyList<ScheduleView>))]
[JsonSerializable(typeof(Problem))]
[JsonSerializable(typeof(TaskFrame))]
internal sealed partial class TaskApiJson : JsonSerializerContext;
