using Microsoft.AspNetCore.Http.HttpResults;

namespace StockPipeline.Gateway.Rest;

/// <summary>Says what is wrong with a request (RFC 9457): a sentence for people and a code for programs.</summary>
internal static class Problem
{
    public static ProblemHttpResult Of(int status, string code, string detail) => TypedResults.Problem(
        new Microsoft.AspNetCore.Mvc.ProblemDetails
        {
            Status = status, Title = Microsoft.AspNetCore.WebUtilities.ReasonPhrases.GetReasonPhrase(status), Detail = detail,
            Type = $"https://www.rfc-editor.org/rfc/rfc9110#section-15", Extensions = { ["code"] = code },
        });

    public static ProblemHttpResult UnknownInstrument(string name) =>
        Of(StatusCodes.Status404NotFound, "unknown-instrument", $"'{name}' is neither the FIGI nor the ticker of an instrument that is followed.");

    public static ProblemHttpResult Bad(string detail) => Of(StatusCodes.Status400BadRequest, "bad-request", detail);
}
