using StockPipeline.Market.Grpc;

namespace StockPipeline.Market.Errors;

/// <summary>One of the T-Invest API's own errors.</summary>
/// <param name="Code">The number the API gives it.</param>
/// <param name="Status">The gRPC status it comes with.</param>
/// <param name="Action">What a client does about it.</param>
/// <param name="Meaning">What it means, as the end of a sentence that begins with the API.</param>
public sealed record ApiError(int Code, GrpcStatusCode Status, ErrorAction Action, string Meaning);
