using StockPipeline.Tasks.Kinds;

namespace StockPipeline.TaskApi;

/// <summary>A request that is answered by a problem.</summary>
internal sealed class RequestRefused(int status, string code, string detail, IReadOnlyList<FieldProblem>? errors = null) : Exception(detail)
{
    public int Status { get; } = status;

    public string Code { get; } = code;

    public IReadOnlyList<FieldProblem>? Errors { get; } = errors;

    /// <summary>When it is worth asking again.</summary>
    public TimeSpan? RetryAfter { get; init; }

    public static RequestRefused Unreadable(string detail) => new(400, "unreadable", detail);

    public static RequestRefused Invalid(IReadOnlyList<FieldProblem> errors) =>
        new(422, "invalid", string.Join("; ", errors.Select(one => $"{one.At} {one.Message}")), errors);

    public static RequestRefused NotFound(string what) => new(404, "not-found", what);
}
