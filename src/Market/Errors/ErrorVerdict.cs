using StockPipeline.Market.Grpc;

namespace StockPipeline.Market.Errors;

/// <summary>What is to be done about a call that failed.</summary>
/// <param name="Action">What to do.</param>
/// <param name="Pause">How long to wait first, where the API says it.</param>
/// <param name="Sentence">For people: what happened.</param>
/// <param name="Error">The API's own error, if it is one.</param>
public sealed record ErrorVerdict(ErrorAction Action, TimeSpan Pause, string Sentence, ApiError? Error = null)
{
    public bool IsFatal => Action == ErrorAction.Fatal;

    /// <summary>The verdict over a status; see <see cref="ErrorTable"/>.</summary>
    public static ErrorVerdict Of(GrpcStatus status) => ErrorTable.Judge(status);
}
